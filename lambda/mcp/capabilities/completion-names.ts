/** The names behind completions, read from Gumloop at most once a minute for each connector and question. */
import { findTool } from '../../catalog/catalog.ts'
import { toListPage } from '../../gumloop/paging.ts'
import { stringOrNull } from '../../runs/observe/session-record.ts'
import { isObject } from '../../shared/json-value.ts'
import type { CallToolDeps } from '../../tools/call-tool.ts'
import type { ToolCall } from '../../tools/tool-call.ts'
import { agentIdByName } from './agent-by-name.ts'
import { type DelegatedCallRequest, delegateCall } from './delegated-call.ts'

export type NameKind = 'agent' | 'flow' | 'filename'

/** The tool that each stands for, and where the names are in its items. */
export const NAMES: Record<NameKind, { tool: string; field: string; search?: string }> = {
  agent: { tool: 'list_all_gumloop_agents', field: 'name', search: 'search' },
  flow: { tool: 'list_all_gumloop_flows', field: 'name' },
  filename: { tool: 'list_all_gumloop_artifacts', field: 'filename', search: 'search_query' },
}

export interface NameQuestion {
  kind: NameKind
  typed: string
  /** Whose files; without it there are none to name. */
  agent?: string
}

export interface FoundNames {
  names: readonly string[]
  /** False where Gumloop has more than were read. */
  isAll: boolean
}

const KEPT_MS = 60_000
const MAX_QUESTIONS = 500
const PAGE_ITEMS = 100
/** A longer one is no name to choose from a list; and what is typed is searched for no further than this. */
const MAX_NAME_CHARACTERS = 200

/** Promises, so that the keystrokes that come while one is answered share its request. */
const kept = new Map<string, { atMs: number; found: Promise<FoundNames> }>()

/** @throws ProtocolError as `delegateCall` does. */
export async function findNames(
  { kind, typed, agent }: NameQuestion,
  request: Omit<DelegatedCallRequest, 'tool' | 'signal'>,
  deps: CallToolDeps,
): Promise<FoundNames> {
  if (kind === 'filename' && !agent) return { names: [], isAll: true }
  const everything = await keep([kind, agent ?? '', ''], request, deps)
  const searched = typed.slice(0, MAX_NAME_CHARACTERS).toLowerCase()
  if (everything.isAll || searched === '' || NAMES[kind].search === undefined) return everything
  return keep([kind, agent ?? '', searched], request, deps)
}

function keep(
  question: [kind: NameKind, agent: string, searched: string],
  request: Omit<DelegatedCallRequest, 'tool' | 'signal'>,
  deps: CallToolDeps,
): Promise<FoundNames> {
  const key = JSON.stringify([request.caller.connectorId, ...question])
  const nowMs = Date.now()
  const known = kept.get(key)
  if (known && nowMs - known.atMs < KEPT_MS) return known.found
  const [kind, agent, searched] = question
  // Whoever asked first may leave: others wait for the same answer.
  const { signal } = new AbortController()
  const found = delegateCall({ ...request, signal, tool: NAMES[kind].tool }, deps, ({ operation }) =>
    read(operation, kind, agent, searched),
  )
  if (kept.size >= MAX_QUESTIONS) kept.clear()
  kept.set(key, { atMs: nowMs, found })
  found.catch(() => kept.delete(key))
  return found
}

async function read(
  operation: ToolCall['operation'],
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
    const name = isObject(item) ? stringOrNull(item[field]) : null
    return name === null || name === '' || name.length > MAX_NAME_CHARACTERS ? [] : [name]
  })
  return { names: [...new Set(names)], isAll: next_cursor === null }
}
