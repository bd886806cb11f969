/** The names behind completions, read from Gumloop at most once a minute for each connector and query. */
import type { RequestContext } from '../../auth/request-context.ts'
import { findTool } from '../../catalog/catalog.ts'
import type { Operation } from '../../gumloop/operation.ts'
import { toListPage } from '../../gumloop/paging.ts'
import { cutText } from '../../shared/cut-text.ts'
import { isObject } from '../../shared/json-value.ts'
import { textOrNull } from '../../shared/wire-value.ts'
import { type AccountDeps, type AccountResult, withAccount } from '../../tools/with-account.ts'
import { agentIdByName } from './agent-by-name.ts'

export type NameKind = 'agent' | 'flow' | 'filename'

/** The tool that lists each kind of name, and the field of its items that has the name. */
export const NAMES: Record<NameKind, { tool: string; field: string; search?: string }> = {
  agent: { tool: 'list_all_gumloop_agents', field: 'name', search: 'search' },
  flow: { tool: 'list_all_gumloop_flows', field: 'name' },
  filename: { tool: 'list_all_gumloop_artifacts', field: 'filename', search: 'search_query' },
}

export interface NameQuery {
  kind: NameKind
  typed: string
  /** The agent whose files are wanted; without it there are none. */
  agent?: string
}

export interface FoundNames {
  names: readonly string[]
  /** False if Gumloop has more than were read. */
  isAll: boolean
}

const FRESH_MS = 60_000
const MAX_QUERIES = 500
const PAGE_ITEMS = 100
/** Longer names are not offered, and no more of the typed text is searched for. */
const MAX_NAME_CHARACTERS = 200

type NameResult = AccountResult<FoundNames>

/** Promises, so that keystrokes share a request that is under way. */
const cache = new Map<string, { atMs: number; found: Promise<NameResult> }>()

/** The names for the typed text, within the deadline of `context` but regardless of its signal. Never throws. */
export async function findNames(
  { kind, typed, agent }: NameQuery,
  context: RequestContext,
  deps: AccountDeps,
): Promise<NameResult> {
  if (kind === 'filename' && !agent)
    return { ok: true, value: { names: [], isAll: true }, rateLimitHeaders: {} }
  const everything = await cached([kind, agent ?? '', ''], context, deps)
  const searched = cutText(typed, MAX_NAME_CHARACTERS).toLowerCase()
  if (!everything.ok || everything.value.isAll || searched === '' || NAMES[kind].search === undefined)
    return everything
  return cached([kind, agent ?? '', searched], context, deps)
}

async function cached(
  query: [kind: NameKind, agent: string, searched: string],
  context: RequestContext,
  deps: AccountDeps,
): Promise<NameResult> {
  const key = JSON.stringify([context.principal.connectorId, ...query])
  const nowMs = Date.now()
  const known = cache.get(key)
  // The rate limit in an earlier response is outdated.
  if (known && nowMs - known.atMs < FRESH_MS) return { ...(await known.found), rateLimitHeaders: {} }
  const [kind, agent, searched] = query
  // The first caller may leave: others wait for the same response.
  const { signal } = new AbortController()
  const found = withAccount(
    { ...context, signal },
    {
      event: 'tool_call',
      subject: { tool: NAMES[kind].tool, via: 'completion/complete' },
      act: async open => read((await open()).operation, kind, agent, searched),
    },
    deps,
  )
  if (cache.size >= MAX_QUERIES) cache.clear()
  cache.set(key, { atMs: nowMs, found })
  const result = await found
  if (!result.ok) cache.delete(key)
  return result
}

async function read(
  operation: Operation,
  kind: NameKind,
  agent: string,
  searched: string,
): Promise<FoundNames> {
  const { tool, field, search } = NAMES[kind]
  const args: Record<string, unknown> = { limit: PAGE_ITEMS }
  if (search !== undefined && searched !== '') args[search] = searched
  if (kind === 'filename') {
    const agentId = await agentIdByName(operation, agent)
    if (agentId === undefined) return { names: [], isAll: true }
    args.agent_id = agentId
  }
  const paging = findTool(tool)?.plan?.paging ?? { kind: 'none', items: '' }
  const { result, next_cursor } = toListPage(paging, args, (await operation(tool, args)).value)
  const names = result.flatMap(item => {
    const name = isObject(item) ? textOrNull(item[field]) : null
    return name === null || name === '' || name.length > MAX_NAME_CHARACTERS ? [] : [name]
  })
  return { names: [...new Set(names)], isAll: next_cursor === null }
}
