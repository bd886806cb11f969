/** Entry point of the command line: `gumloop-mcp connector create --name …`. */
import { runCli } from './cli/run-cli.ts'

// AWS's clients print a warning about Node 20, which would look like an error of this program.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
// A reader that closes the pipe early (`| head`) is not an error.
process.stdout.on('error', () => process.exit(0))

void runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  nowMs: Date.now(),
}).then(code => {
  process.exitCode = code
})
