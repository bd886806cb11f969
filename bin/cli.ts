/** The door for administrators at a terminal: `gumloop-mcp connector create --name …`. */
import { runCli } from './cli/run-cli.ts'

// AWS's clients warn about Node 20 on standard error, where a person would take it for ours.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
// A reader that goes away early (`| head`) is no error.
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
