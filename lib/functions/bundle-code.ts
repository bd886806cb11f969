import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda'

/**
 * The bundle in `folder` as a function's code: one file, `index.js`. The build names it `index.cjs`, since the checkout
 * is a package of ES modules; the function's folder has no package.json, so `.js` means the same there, and it is the
 * only name that the emulator supports. The copy stays beside the bundle, where CDK may
 * read it after the app has ended.
 */
export function bundleCode(folder: string): AssetCode {
  const bundle = join(folder, 'index.cjs')
  if (!existsSync(bundle)) throw new Error(`${bundle} does not exist: run \`npm run build\` first.`)
  const asset = join(folder, 'asset')
  mkdirSync(asset, { recursive: true })
  copyFileSync(bundle, join(asset, 'index.js'))
  return Code.fromAsset(asset)
}
