/**
 * `gumloop-mcp complete -- WORDS…`, which the shell runs when Tab is pressed. Prints one candidate per line, and never
 * an error.
 */
import type { AccountRecord } from '../../lambda/accounts/account.ts'
import { PROGRAMS } from '../installation.ts'
import type { Api } from './api.ts'
import { COMMANDS, COMMON_OPTIONS } from './commands.ts'
import { connectApi } from './connect-api.ts'
import { candidates, type Lookup, type Named } from './shell-completion.ts'
import type { OutputStream } from './terminal.ts'

/** The shell blocks meanwhile: after this time no ids are suggested. */
const LOOKUP_TIMEOUT_MS = 2_000

export async function completeLine(
  words: readonly string[],
  { env, stdout }: { env: NodeJS.ProcessEnv; stdout: OutputStream },
): Promise<void> {
  const found = await candidates(COMMANDS, COMMON_OPTIONS, words, serverLookup(words, env))
  const [word = '', ...others] = words
  if (others.length === 0) found.push(...Object.keys(PROGRAMS).filter(name => name.startsWith(word)))
  for (const one of found) stdout.write(`${one}\n`)
}

/** Looks names up on the server that the command line selects. Errors and timeouts give an empty list. */
function serverLookup(words: readonly string[], env: NodeJS.ProcessEnv): Lookup {
  const optionValue = (name: string) => {
    const at = words.indexOf(`--${name}`)
    return at < 0 || at + 1 >= words.length - 1 ? undefined : words[at + 1]
  }
  return async (kind, account) => {
    let timer: NodeJS.Timeout | undefined
    const timedOut = new Promise<string[]>(resolve => {
      timer = setTimeout(() => resolve([]), LOOKUP_TIMEOUT_MS)
    })
    try {
      return await Promise.race([names(connectApi({ text: optionValue }, env), kind, account), timedOut])
    } catch {
      return []
    } finally {
      clearTimeout(timer)
    }
  }
}

async function names(api: Api, kind: Named, account: string | undefined): Promise<string[]> {
  if (kind === 'account') return ids(await api.list<AccountRecord>('/accounts'))
  if (kind === 'api-token') return ids(await api.list<{ id: string }>('/api-tokens'))
  const accounts = account === undefined ? ids(await api.list<AccountRecord>('/accounts')) : [account]
  const lists = await Promise.all(
    accounts.map(async one => {
      const name = encodeURIComponent(one)
      if (kind === 'connector') return ids(await api.list<{ id: string }>(`/integrated-account/${name}/mcp`))
      const groups = await api.list<{ name: string }>(`/accounts/${name}/tool-groups`)
      return groups.map(group => group.name)
    }),
  )
  return lists.flat()
}

function ids(records: { id: string }[]): string[] {
  return records.map(({ id }) => id)
}
