/** Entry point of the sandbox alone: `sandbox --help`. */
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { type Sandbox, type SandboxOptions, startSandbox } from 'gumloop-sandbox'
import { FAILURE_KINDS, parseFailureRule } from 'gumloop-sandbox/failure-injection'
import { SandboxStartError } from 'gumloop-sandbox/state-store'
import { commandLine } from './installation.ts'
import { createPrivateFiles, openPrivateFolder } from './private-files.ts'
import { prepareProcess } from './terminal-process.ts'

const PORT_DEFAULT = 8788
const STATE_FILE_DEFAULT = '.local/sandbox.json'

const HELP = `Starts the sandbox, a local Gumloop simulator for trials and tests. It needs no API key.

  ${commandLine('sandbox', '[options]')}

  --port N        port to listen on (default ${PORT_DEFAULT})
  --host NAME     address to listen on (default 127.0.0.1)
  --seed WORD     seed of all IDs and contents (default 1); an existing state file keeps its own
  --speed N       speed factor: with 10, everything takes a tenth of the time (default 1)
  --fail KIND     make every request fail: ${FAILURE_KINDS.slice(0, 8).join(', ')},
                  ${FAILURE_KINDS.slice(8).join(', ')}
  --max-runs N    limit on concurrent agent runs; further starts fail with 429
  --state FILE    file that stores sessions, runs and files (default ${STATE_FILE_DEFAULT})
  --help          show this help
`

/** An invalid option. The message is shown to the user; the program exits with 1. */
class UsageError extends Error {}

function numberOption(name: string, text: string, fits: (n: number) => boolean, expected: string): number {
  const value = Number(text)
  if (text.trim() === '' || !fits(value))
    throw new UsageError(`--${name} must be ${expected}, not "${text}".`)
  return value
}

function readArguments(argv: string[]): SandboxOptions | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: 'string', default: String(PORT_DEFAULT) },
      host: { type: 'string', default: '127.0.0.1' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '1' },
      fail: { type: 'string' },
      'max-runs': { type: 'string' },
      state: { type: 'string', default: STATE_FILE_DEFAULT },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const isPort = (n: number) => Number.isInteger(n) && n >= 0 && n <= 65_535
  const options: SandboxOptions = {
    port: numberOption('port', values.port, isPort, 'a port number from 0 to 65535'),
    host: values.host,
    seed: values.seed,
    speed: numberOption('speed', values.speed, n => n > 0 && Number.isFinite(n), 'a number above 0'),
    stateFile: values.state,
  }
  if (values.fail !== undefined) options.fail = parseFailureRule(values.fail)
  if (values['max-runs'] !== undefined) {
    const isCount = (n: number) => Number.isInteger(n) && n > 0
    options.maxConcurrentRuns = numberOption(
      'max-runs',
      values['max-runs'],
      isCount,
      'a whole number above 0',
    )
  }
  return options
}

function greeting(sandbox: Sandbox, options: SandboxOptions): string {
  const api = `${sandbox.url}/api/v1`
  const failure = typeof options.fail === 'object' && 'kind' in options.fail ? options.fail.kind : null
  return `
  The Gumloop sandbox is listening on ${sandbox.url}
  Its state is stored in ${options.stateFile}.${failure === null ? '' : `\n  Every request fails with ${failure}.`}

  Overview:         curl ${sandbox.url}/__sandbox
  Run an agent:     curl ${api}/agents/agt_security_audit/sessions \\
                      -H 'Authorization: Bearer any-key' -H 'x-auth-key: user_me' \\
                      -H 'content-type: application/json' -d '{"input": "Audit staging"}'
  Get the result:   curl ${api}/sessions/SESSION_ID -H 'Authorization: Bearer any-key' -H 'x-auth-key: user_me'
  Inject failures:  curl ${sandbox.url}/__sandbox/failures -d '{"kind": "429", "times": 3}'

  Connect the server to it:
    export GUMLOOP_BASE_URL=${api}
    export GUMLOOP_STREAM_BASE_URL=${api}
    export GUMLOOP_API_KEY=any-key
    export GUMLOOP_USER_ID=user_me

  Stop it with Ctrl-C.
`
}

async function main(): Promise<void> {
  prepareProcess()
  const options = readArguments(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(HELP)
    return
  }
  createPrivateFiles()
  if (options.stateFile === STATE_FILE_DEFAULT) openDataFolder()
  const sandbox = await startSandbox(options)
  process.stdout.write(greeting(sandbox, options))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.close().then(() => process.exit(0)))
  }
}

function openDataFolder(): void {
  try {
    openPrivateFolder(dirname(STATE_FILE_DEFAULT))
  } catch (error) {
    throw new SandboxStartError(`${dirname(STATE_FILE_DEFAULT)} cannot be used: ${String(error)}.`)
  }
}

function messageFor(error: unknown): string {
  if (error instanceof SandboxStartError || error instanceof UsageError) return error.message
  if (!(error instanceof Error)) return String(error)
  // The messages of parseArgs and parseFailureRule are meant for users.
  return `${error.message} (--help lists the options)`
}

main().catch(error => {
  process.stderr.write(`${messageFor(error)}\n`)
  process.exitCode = 1
})
