/** What every program at a terminal sets up before anything else. */
export function prepareProcess(): void {
  // AWS's clients warn about Node 20 on standard error, where a person would take it for ours.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  // A reader that goes away early (`| head`) is no error.
  process.stdout.on('error', error => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}
