/** One run of the command line: parse, carry out, print, and say with the exit code how it went. */
import { CliFailure, type ExitCode } from './cli-failure.ts'
import type { Given } from './command.ts'
import { completeLine } from './complete-line.ts'
import { commandHelp, overviewHelp } from './help.ts'
import { openApi } from './open-api.ts'
import { parseCommandLine } from './parse-command-line.ts'
import { createPaint, type OutputStream, type Terminal } from './terminal.ts'
import { confirm, type InputStream, readSecret } from './terminal-input.ts'

/** Everything of the process that the command line touches. */
export interface CliProcess {
  env: NodeJS.ProcessEnv
  stdin: InputStream
  stdout: OutputStream
  stderr: OutputStream
  nowMs: number
}

/** Never throws: what went wrong is on standard error, and in the exit code. */
export async function runCli(argv: string[], process: CliProcess): Promise<ExitCode> {
  try {
    if (argv[0] === 'complete') {
      await completeLine(argv.slice(argv[1] === '--' ? 2 : 1), process)
      return 0
    }
    const line = parseCommandLine(argv)
    if (line.kind === 'overview' || line.given.flag('help') === true) {
      process.stdout.write(line.kind === 'overview' ? overviewHelp(line.group) : commandHelp(line.command))
      return 0
    }
    const { command, given } = line
    const terminal = createTerminal(given, process)
    const { env, nowMs } = process
    await command.run({ given, api: openApi(given, env), terminal, env, nowMs })
    return 0
  } catch (error) {
    return report(error, argv.includes('--json'), process)
  }
}

function createTerminal(given: Given, { env, stdin, stdout, stderr }: CliProcess): Terminal {
  return {
    paint: createPaint(stdout, env),
    wantsJson: given.flag('json') === true,
    line: (text = '') => void stdout.write(`${text}\n`),
    json: value => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    aside: text => void stderr.write(`${text}\n`),
    isInteractive: stdin.isTTY === true && stdout.isTTY === true,
    readSecret: question => readSecret(question, stdin, stderr),
    confirm: question => confirm(question, stdin, stderr),
  }
}

function report(error: unknown, wantsJson: boolean, { env, stderr }: CliProcess): ExitCode {
  const failure =
    error instanceof CliFailure
      ? error
      : new CliFailure(
          1,
          `Something went wrong that should not: ${error instanceof Error ? error.message : String(error)}`,
        )
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
