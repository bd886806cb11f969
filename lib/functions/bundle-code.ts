import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda'

/**
 * The bundle in `folder` as a function's code: one file, `index.js`. The build calls it `index.cjs`, since the checkout
 * is a package of ES modules; in the function's own folder there is no package, `.js` means the same, and it is the
 * name that every runtime looks for (the emulator knows no other). The copy stays beside the bundle, where CDK may
 * still read it after the app has ended.
 */
export function bundleCode(folder: string): AssetCode {
  const bundle = join(folder, 'index.cjs')
  if (!existsSync(bundle)) throw new Error(`There is no ${bundle}: run \`npm run build\` first.`)
  const asset = join(folder, 'asset')
  mkdirSync(asset, { recursive: true })
  copyFileSync(bundle, join(asset, 'index.js'))
  return Code.fromAsset(asset)
}
