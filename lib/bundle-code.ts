import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda'

/**
 * The bundle in `folder` as a function's code: one file, `index.js`. The build calls it `index.cjs`, since the checkout
 * is a package of ES modules; in the function's own folder there is no package, `.js` means the same, and it is the
 * name that every runtime looks for (the emulator knows no other).
 */
export function bundleCode(folder: string): AssetCode {
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK wants an image for the case that the local way fails; ours cannot, so that none is ever pulled.
      image: DockerImage.fromRegistry('scratch'),
      local: {
        tryBundle(outputFolder) {
          copyFileSync(join(folder, 'index.cjs'), join(outputFolder, 'index.js'))
          return true
        },
      },
    },
  })
}
