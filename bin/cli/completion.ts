/** What may come next on a command line: words, options, and what the server knows by name. Pure, but for the lookup it is given. */
import type { Command, Option } from './command.ts'

/** Things that have names on the server. */
export type Named = 'account' | 'connector' | 'api-token' | 'group'

/** Their names or ids; of an account's own things in the account that the line names, if it does. */
export type Lookup = (kind: Named, account: string | undefined) => Promise<string[]>

const EXPOSURES = ['essentials', 'all', 'discovery']
const METHODS = ['read', 'write', 'custom', 'all']
const SCOPES = ['connect', 'admin']
const SPANS = ['1h', '12h', '1d', '7d', '30d', '90d', 'never']

/** Candidates for the last of `words`, which may be empty; only those that begin as it does. */
export async function candidates(
  commands: readonly Command[],
  commonOptions: Record<string, Option>,
  words: readonly string[],
  lookup: Lookup,
): Promise<string[]> {
  const current = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const command = [...commands]
    .sort((a, b) => b.words.length - a.words.length)
    .find(({ words: own }) => own.every((word, at) => before[at] === word))
  const found =
    command === undefined
      ? nextWords(commands, before)
      : await within(command, { ...command.options, ...commonOptions }, before, current, lookup)
  return [...new Set(found)].filter(one => one.startsWith(current)).sort()
}

function nextWords(commands: readonly Command[], before: readonly string[]): string[] {
  return commands
    .filter(({ words }) => before.every((word, at) => words[at] === word))
    .flatMap(({ words }) => words[before.length] ?? [])
}

async function within(
  command: Command,
  options: Record<string, Option>,
  before: readonly string[],
  current: string,
  lookup: Lookup,
): Promise<string[]> {
  const last = before.at(-1)?.replace(/^--/, '') ?? ''
  const isValue = before.at(-1)?.startsWith('--') === true && options[last]?.type === 'string'
  const accountAt = before.indexOf('--account')
  const account = accountAt < 0 ? undefined : before[accountAt + 1]
  if (isValue) return values(last, account, lookup)
  if (current.startsWith('-')) {
    return Object.entries(options).flatMap(([name, { isNegatable }]) =>
      isNegatable ? [`--${name}`, `--no-${name}`] : [`--${name}`],
    )
  }
  return argument(command, account, lookup)
}

async function values(option: string, account: string | undefined, lookup: Lookup): Promise<string[]> {
  if (option === 'account') return lookup('account', undefined)
  if (option === 'connector') return lookup('connector', account)
  if (option === 'tags') return lookup('group', account)
  const fixed: Record<string, string[]> = {
    exposure: EXPOSURES,
    methods: METHODS,
    scopes: SCOPES,
    'expires-at': SPANS,
    since: ['15m', '1h', '1d', '7d'],
    grace: ['0s', '1h', '24h'],
  }
  return Object.hasOwn(fixed, option) ? (fixed[option] ?? []) : []
}

async function argument({ words, argument: name }: Command, account: string | undefined, lookup: Lookup) {
  if (name === 'SHELL') return ['bash', 'zsh']
  if (name === 'NAME') return lookup('group', account)
  if (name !== 'ID') return []
  return lookup(words[0] === 'api-token' ? 'api-token' : 'connector', account)
}
