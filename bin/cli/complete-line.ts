/** `gumloop-mcp complete -- WORDS…`, which the shell asks at each press of Tab: candidates, one a line. Never an error. */
import type { AccountRecord } from '../../lambda/accounts/account.ts'
import type { Api } from './api.ts'
import { COMMANDS, COMMON_OPTIONS } from './commands.ts'
import { candidates, type Lookup, type Named } from './completion.ts'
import { openApi } from './open-api.ts'
import type { OutputStream } from './terminal.ts'

/** Nobody waits longer for a list of ids: then there are none. */
const PATIENCE_MS = 2_000

export async function completeLine(
  words: readonly string[],
  { env, stdout }: { env: NodeJS.ProcessEnv; stdout: OutputStream },
): Promise<void> {
  const found = await candidates(COMMANDS, COMMON_OPTIONS, words, patient(words, env))
  for (const one of found) stdout.write(`${one}\n`)
}

/** Asks the server that the line itself names. What goes wrong, or takes too long, is an empty list. */
function patient(words: readonly string[], env: NodeJS.ProcessEnv): Lookup {
  const optionValue = (name: string) => {
    const at = words.indexOf(`--${name}`)
    return at < 0 || at + 1 >= words.length - 1 ? undefined : words[at + 1]
  }
  return async (kind, account) => {
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<string[]>(resolve => {
      timer = setTimeout(() => resolve([]), PATIENCE_MS)
    })
    try {
      return await Promise.race([names(openApi({ text: optionValue }, env), kind, account), tooLate])
    } catch {
      return []
    } finally {
      clearTimeout(timer)
    }
  }
}

async function names(api: Api, kind: Named, account: string | undefined): Promise<string[]> {
  if (kind === 'account') return ids(await api.askAll<AccountRecord>('/accounts'))
  if (kind === 'api-token') return ids(await api.askAll<{ id: string }>('/api-tokens'))
  const accounts = account === undefined ? ids(await api.askAll<AccountRecord>('/accounts')) : [account]
  const lists = await Promise.all(
    accounts.map(async one => {
      const name = encodeURIComponent(one)
      if (kind === 'connector')
        return ids(await api.askAll<{ id: string }>(`/integrated-account/${name}/mcp`))
      const groups = await api.askAll<{ name: string }>(`/accounts/${name}/tool-groups`)
      return groups.map(group => group.name)
    }),
  )
  return lists.flat()
}

function ids(records: { id: string }[]): string[] {
  return records.map(({ id }) => id)
}
