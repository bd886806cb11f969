/** Entry point of the command line: `gumloop-mcp connector create --name …`. */
import { runCli } from './cli/run-cli.ts'
import { prepareProcess } from './terminal-process.ts'
import { runProgram } from './use-proxy.ts'

prepareProcess()
runProgram(() =>
  runCli(process.argv.slice(2), {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    nowMs: Date.now(),
  }),
)
