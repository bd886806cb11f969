/** Candidates for shell completion: words, options, and names on the server. Pure, except for `lookup`. */
import type { Command, Option } from './command.ts'

/** Kinds of names on the server. */
export type Named = 'account' | 'connector' | 'api-token' | 'group'

/** Returns their names or ids, limited to `account` where the command line names one. */
export type Lookup = (kind: Named, account: string | undefined) => Promise<string[]>

const EXPOSURES = ['essentials', 'all', 'discovery']
const METHODS = ['read', 'write', 'custom', 'all']
const SCOPES = ['connect', 'admin']
const EXPIRIES = ['1h', '12h', '1d', '7d', '30d', '90d', 'never']

/** Candidates for the last of `words`, which may be empty: those that start with it. */
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
    'expires-at': EXPIRIES,
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
