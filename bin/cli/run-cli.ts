/** Runs one command line: parses it, executes the command, prints the result, returns the exit code. */
import { packageVersion } from '../installation.ts'
import { CliFailure, type ExitCode } from './cli-failure.ts'
import type { Args } from './command.ts'
import { completeLine } from './complete-line.ts'
import { connectApi } from './connect-api.ts'
import { commandHelp, overviewHelp } from './help.ts'
import { parseCommandLine } from './parse-command-line.ts'
import { createPaint, type OutputStream, type Terminal } from './terminal.ts'
import { confirm, type InputStream, readSecret } from './terminal-input.ts'

/** The parts of the process that the command line uses. */
export interface CliProcess {
  env: NodeJS.ProcessEnv
  stdin: InputStream
  stdout: OutputStream
  stderr: OutputStream
  nowMs: number
}

/** Never throws: errors go to standard error and determine the exit code. */
export async function runCli(argv: string[], process: CliProcess): Promise<ExitCode> {
  try {
    if (argv[0] === 'complete') {
      await completeLine(argv.slice(argv[1] === '--' ? 2 : 1), process)
      return 0
    }
    if (argv[0] === '--version') {
      process.stdout.write(`${packageVersion()}\n`)
      return 0
    }
    const line = parseCommandLine(argv)
    if (line.kind === 'overview' || line.args.flag('help') === true) {
      process.stdout.write(line.kind === 'overview' ? overviewHelp(line.group) : commandHelp(line.command))
      return 0
    }
    const { command, args } = line
    const terminal = createTerminal(args, process)
    const { env, nowMs } = process
    await command.run({ args, api: connectApi(args, env), terminal, env, nowMs })
    return 0
  } catch (error) {
    return report(error, argv.includes('--json'), process)
  }
}

function createTerminal(args: Args, { env, stdin, stdout, stderr }: CliProcess): Terminal {
  return {
    paint: createPaint(stdout, env),
    wantsJson: args.flag('json') === true,
    line: (text = '') => void stdout.write(`${text}\n`),
    json: value => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: text => void stderr.write(`${text}\n`),
    isInteractive: stdin.isTTY === true && stdout.isTTY === true,
    readSecret: question => readSecret(question, stdin, stderr),
    confirm: question => confirm(question, stdin, stderr),
  }
}

function report(error: unknown, wantsJson: boolean, { env, stderr }: CliProcess): ExitCode {
  const failure =
    error instanceof CliFailure
      ? error
      : new CliFailure(1, `Internal error: ${error instanceof Error ? error.message : String(error)}`)
  const { message, errors, nextStep, code } = failure
  if (wantsJson) {
    const error = { code, message, ...(nextStep === undefined ? {} : { next_step: nextStep }), errors }
    stderr.write(`${JSON.stringify({ error }, null, 2)}\n`)
    return failure.exitCode
  }
  const paint = createPaint(stderr, env)
  stderr.write(`${paint('red', message)}\n`)
  for (const { path, message: words } of errors) stderr.write(`  ${path}: ${words}\n`)
  if (nextStep !== undefined) stderr.write(`${nextStep}\n`)
  return failure.exitCode
}
