/** Runs the command line in this process with streams that tests write and read. */
import { PassThrough } from 'node:stream'
import type { ExitCode } from '../../bin/cli/cli-failure.ts'
import { runCli } from '../../bin/cli/run-cli.ts'

export interface CliRun {
  exitCode: ExitCode
  stdout: string
  stderr: string
}

export interface CliSituation {
  env: NodeJS.ProcessEnv
  nowMs: number
  /** Piped input; with `terminal`, typed input. */
  input?: string
  /** Whether the streams are a terminal. */
  terminal?: boolean
}

export async function cli(
  args: string[],
  { env, nowMs, input = '', terminal = false }: CliSituation,
): Promise<CliRun> {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: terminal,
    write: (text: string) => {
      written[name] += text
    },
  })
  const raw: boolean[] = []
  const stdin = Object.assign(new PassThrough(), {
    isTTY: terminal,
    setRawMode: (mode: boolean) => raw.push(mode),
  })
  stdin.end(input)
  const process = { env, stdin, stdout: stream('stdout'), stderr: stream('stderr'), nowMs }
  const exitCode = await runCli(args, process)
  if (raw.length > 0 && raw.at(-1) !== false) throw new Error('the terminal was left in raw mode')
  return { exitCode, ...written }
}
