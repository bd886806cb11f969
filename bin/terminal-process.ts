/** Process setup that every terminal program does first. */
export function prepareProcess(): void {
  // AWS's clients print a warning about Node 20, which would look like an error of this program.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  // A reader that closes the pipe early (`| head`) is not an error.
  process.stdout.on('error', error => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}
