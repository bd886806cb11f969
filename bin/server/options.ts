/** Options of the local server, from command line and environment. Reports every error at once. */
import { parseArgs } from 'node:util'
import { describeUnusableCharacter, type GumloopCredentials } from '../../lambda/gumloop/credentials.ts'
import { ConfigurationError, type GumloopHostSettings, readGumloopHosts } from '../../lambda/shared/config.ts'
import { ENV } from '../../lambda/shared/names.ts'
import { commandLine } from '../installation.ts'

export const DEFAULT_PORT = 8787
export const DATA_FOLDER = '.local'

export interface ServerOptions {
  port: number
  host: string
  /** Prefix of connector URLs, without a trailing slash. Its host is allowed in the Host header. */
  publicUrl?: string
  reset: boolean
  help: boolean
  /** Absent: the sandbox is used. */
  gumloop?: { credentials: GumloopCredentials; hosts: GumloopHostSettings }
}

export const HELP = `Runs the Gumloop MCP server on this machine.

  ${commandLine('start')}
      on http://localhost:${DEFAULT_PORT}, with the sandbox, a local Gumloop simulator
  GUMLOOP_API_KEY=… GUMLOOP_USER_ID=… ${commandLine('start')}
      with Gumloop itself
  ${commandLine('start', '--public-url https://x.example')}
      behind a tunnel, so that ChatGPT can reach it

  --port N          port to listen on (default ${DEFAULT_PORT})
  --host ADDRESS    address to listen on (default 127.0.0.1)
  --public-url URL  prefix of connector URLs; requests to its host are accepted too
  --reset           begin anew; ${DATA_FOLDER}/ is moved aside: connectors, sandbox runs, the administrator token
  --help            show this help

Environment: GUMLOOP_API_KEY with GUMLOOP_USER_ID, GUMLOOP_TEAM_ID or both; GUMLOOP_BASE_URL, GUMLOOP_STREAM_BASE_URL
(full URL prefixes, for a proxy or a mock server); LOG_LEVEL (debug, info, warn, error).
`

/** @throws ConfigurationError with one sentence per error. */
export function readOptions(argv: string[], environment: NodeJS.ProcessEnv): ServerOptions {
  const { values } = parseCommandLine(argv)
  const errors: string[] = []
  const port = Number(values.port ?? DEFAULT_PORT)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    errors.push('--port must be a number from 0 to 65535.')
  const publicUrl = values['public-url']?.replace(/\/+$/, '')
  if (publicUrl !== undefined && !isHttpUrl(publicUrl)) {
    errors.push('--public-url must be an http(s) URL such as https://x.example, without query or fragment.')
  }
  const gumloop = readGumloop(environment, errors)
  if (errors.length > 0) throw new ConfigurationError(errors.join('\n'))
  return {
    port,
    host: values.host ?? '127.0.0.1',
    ...(publicUrl !== undefined && { publicUrl }),
    reset: values.reset ?? false,
    help: values.help ?? false,
    ...(gumloop && { gumloop }),
  }
}

function parseCommandLine(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'public-url': { type: 'string' },
        reset: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new ConfigurationError(
      `${error instanceof Error ? error.message : error}\nSee: ${commandLine('start', '--help')}`,
    )
  }
}

/** A key needs its owner's id. An incomplete environment is an error, not a silent fallback to the sandbox. */
function readGumloop(environment: NodeJS.ProcessEnv, errors: string[]): ServerOptions['gumloop'] {
  const read = (name: string) => environment[name]?.trim() || undefined
  const apiKey = read('GUMLOOP_API_KEY')
  const userId = read('GUMLOOP_USER_ID')
  const teamId = read('GUMLOOP_TEAM_ID')
  let hosts: GumloopHostSettings
  try {
    hosts = readGumloopHosts(environment)
  } catch (error) {
    errors.push(error instanceof Error ? error.message : String(error))
    return undefined
  }
  if (apiKey === undefined) {
    const others = {
      GUMLOOP_USER_ID: userId,
      GUMLOOP_TEAM_ID: teamId,
      [ENV.gumloopBaseUrl]: read(ENV.gumloopBaseUrl),
      [ENV.gumloopStreamBaseUrl]: read(ENV.gumloopStreamBaseUrl),
    }
    const set = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]))
    if (set.length > 0)
      errors.push(
        `GUMLOOP_API_KEY is not set, but ${set.join(' and ')} is. Set the key too, or unset the others to use the sandbox.`,
      )
    return undefined
  }
  for (const [name, value] of Object.entries({
    GUMLOOP_API_KEY: apiKey,
    GUMLOOP_USER_ID: userId,
    GUMLOOP_TEAM_ID: teamId,
  })) {
    const problem = value === undefined ? undefined : describeUnusableCharacter(value)
    if (problem !== undefined)
      errors.push(`${name} has a character that cannot be sent: ${problem}. Copy it from Gumloop again.`)
  }
  if (userId === undefined && teamId === undefined) {
    errors.push(
      "GUMLOOP_API_KEY is set, but neither GUMLOOP_USER_ID nor GUMLOOP_TEAM_ID: Gumloop requires the id of the key's owner.",
    )
    return undefined
  }
  return { credentials: { apiKey, ...(userId && { userId }), ...(teamId && { teamId }) }, hosts }
}

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === ''
}
