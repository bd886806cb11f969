/**
 * The newest runs of all agents and flows that a connector may see, collected from Gumloop's lists, which are by agent
 * and by flow. Each list is asked for only where the connector allows its operation.
 */
import { findTool } from '../catalog/catalog.ts'
import type { Arguments } from '../gumloop/build-request.ts'
import { toListPage } from '../gumloop/paging.ts'
import { mayUse } from '../runs/observe/connector-rules.ts'
import { flowRunPhase } from '../runs/observe/flow-run-record.ts'
import type { RunPhase } from '../runs/observe/run-state.ts'
import { sessionPhase } from '../runs/observe/session-record.ts'
import { toTimestamp } from '../shared/clock.ts'
import { AppError, toAppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { isSameName, matchesWords } from '../shared/name-match.ts'
import { idOrNull, numberOrNull, textOrNull, timeOrNull } from '../shared/wire-value.ts'
import { listFlowRuns } from './handlers/flow-lists.ts'
import { AGENTS, FLOWS, listNamed, type Named } from './resolve-names.ts'
import { idField } from './run-access.ts'
import type { ToolCall } from './tool-call.ts'

const LIST_SESSIONS = 'list_all_gumloop_sessions'
const LIST_FLOW_RUNS = 'list_all_gumloop_flow_runs'
/** Agents, and flows, whose runs one call reads: each costs a request to Gumloop. */
export const MAX_SOURCES = 25
const AT_ONCE = 5
const RUNS_PER_SOURCE = 100

export interface RecentRun {
  kind: 'session' | 'flow_run'
  id: string
  /** The agent or the flow. */
  source: Named
  state: string | null
  phase: RunPhase | 'queued'
  startedAtMs: number | null
  finishedAtMs: number | null
  startedBy: string | null
  cost: number | null
  title: string | null
  url: string | null
}

export interface RecentRuns {
  /** Newest first. */
  runs: RecentRun[]
  /** What the result lacks, as sentences. */
  gaps: string[]
}

export interface Source extends Named {
  kind: RecentRun['kind']
}

/** The agents and flows that `name` means: the exact name, else those that have its words; all for null. */
export async function sourcesNamed(
  { operation, mayCall }: ToolCall,
  name: string | null,
): Promise<{ sources: Source[]; all: Source[] }> {
  const kinds = [
    { kind: 'session', listing: AGENTS, runs: LIST_SESSIONS },
    { kind: 'flow_run', listing: FLOWS, runs: LIST_FLOW_RUNS },
  ] as const
  const lists = await Promise.all(
    kinds.map(async ({ kind, listing, runs }): Promise<Source[]> => {
      if (!mayUse(listing.tool, mayCall) || !mayUse(runs, mayCall)) return []
      const found = await listNamed(listing, operation)
      return found.map(one => ({ ...one, kind }))
    }),
  )
  const all = lists.flat()
  if (name === null) return { sources: all, all }
  const same = all.filter(one => one.id === name || isSameName(name, one.name))
  const sources = same.length > 0 ? same : all.filter(one => matchesWords(name, one.name))
  return { sources, all }
}

/** The runs of these agents and flows. A list that cannot be read becomes a gap, not an error. */
export async function recentRuns(call: ToolCall, sources: readonly Source[]): Promise<RecentRuns> {
  const read = [
    ...sources.filter(isAgent).slice(0, MAX_SOURCES),
    ...sources.filter(isFlow).slice(0, MAX_SOURCES),
  ]
  const gaps =
    read.length < sources.length
      ? [`Only ${read.length} of ${sources.length} agents and flows were read: pass a name.`]
      : []
  const runs: RecentRun[] = []
  await readEach(read, gaps, 'runs', async source => {
    const { found, hasMore } = await runsOf(call, source)
    runs.push(...found)
    if (hasMore) gaps.push(`${source.name}: only its newest ${found.length} runs were read.`)
  })
  runs.sort((a, b) => (b.startedAtMs ?? 0) - (a.startedAtMs ?? 0))
  return { runs, gaps }
}

/**
 * Reads the list of each source, some at once. One that cannot be read becomes a gap, unless the others could not be read
 * either.
 * @param what is listed, as a word
 */
export async function readEach<S extends Named>(
  sources: readonly S[],
  gaps: string[],
  what: 'runs' | 'files',
  read: (source: S) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < sources.length; from += AT_ONCE) {
    await Promise.all(
      sources.slice(from, from + AT_ONCE).map(async source => {
        try {
          await read(source)
        } catch (error) {
          const { code, message } = toAppError(error)
          if (code === 'cancelled' || code === 'rate_limited' || code === 'credentials_refused') throw error
          gaps.push(`${source.name}: its ${what} could not be read (${message})`)
        }
      }),
    )
  }
}

/** Phases of a run that goes on. */
export const OPEN_PHASES: readonly RecentRun['phase'][] = ['running', 'queued', 'approval']

/** Names the source of a run in a result. */
export function sourceField(kind: RecentRun['kind']): 'agent' | 'flow' {
  return kind === 'session' ? 'agent' : 'flow'
}

const isAgent = (source: Source) => source.kind === 'session'
const isFlow = (source: Source) => source.kind === 'flow_run'

async function runsOf(call: ToolCall, source: Source): Promise<{ found: RecentRun[]; hasMore: boolean }> {
  const tool = findTool(source.kind === 'session' ? LIST_SESSIONS : LIST_FLOW_RUNS)
  const paging = tool?.plan?.paging
  if (!tool || !paging) throw new Error('the lists of runs are lists')
  if (source.kind === 'flow_run') {
    const args = { saved_item_id: source.id, limit: RUNS_PER_SOURCE }
    const { structured } = await listFlowRuns({ ...call, tool, args })
    const rows = Array.isArray(structured.result) ? structured.result : []
    return { found: rows.flatMap(row => flowRunRow(row, source)), hasMore: structured.next_cursor !== null }
  }
  const args: Arguments = { agent_id: source.id, limit: RUNS_PER_SOURCE }
  const { value } = await call.operation(LIST_SESSIONS, args)
  const page = toListPage(paging, args, value)
  return {
    found: page.result.flatMap(row => sessionRow(row, source)),
    hasMore: page.next_cursor !== null,
  }
}

function sessionRow(row: unknown, source: Source): RecentRun[] {
  const id = isObject(row) ? idOrNull(row.id) : null
  if (!isObject(row) || id === null) return []
  const usage = isObject(row.usage) ? row.usage : {}
  return [
    {
      kind: 'session',
      id,
      source,
      state: textOrNull(row.state),
      phase: isQueued(row.state) ? 'queued' : sessionPhase(row),
      startedAtMs: timeOrNull(row.created_at),
      finishedAtMs: timeOrNull(row.finished_at) ?? timeOrNull(row.completed_at),
      startedBy: personOf(row.creator),
      cost: numberOrNull(usage.credit_cost),
      title: textOrNull(row.name),
      url: textOrNull(row.url),
    },
  ]
}

function flowRunRow(row: unknown, source: Source): RecentRun[] {
  const id = isObject(row) ? (idOrNull(row.run_id) ?? idOrNull(row.id)) : null
  if (!isObject(row) || id === null) return []
  return [
    {
      kind: 'flow_run',
      id,
      source,
      state: textOrNull(row.state),
      phase: isQueued(row.state) ? 'queued' : flowRunPhase(row),
      startedAtMs: timeOrNull(row.created_ts),
      finishedAtMs: timeOrNull(row.finished_ts),
      startedBy: personOf(row.creator),
      cost: numberOrNull(row.credit_cost),
      title: null,
      url: textOrNull(row.url),
    },
  ]
}

function isQueued(state: unknown): boolean {
  return textOrNull(state)?.toLowerCase() === 'queued'
}

function personOf(creator: unknown): string | null {
  if (!isObject(creator)) return textOrNull(creator)
  const name = [textOrNull(creator.first_name), textOrNull(creator.last_name)].filter(Boolean).join(' ')
  return name === '' ? (textOrNull(creator.email) ?? textOrNull(creator.id)) : name
}

/** Epoch ms of the argument `since`; null without it. @throws AppError `invalid_arguments` for what is not a time */
export function sinceOf({ since }: Arguments): number | null {
  if (since === undefined) return null
  const ms = timeOrNull(since)
  if (ms !== null) return ms
  const errors = [
    { path: 'since', message: 'must be a date or a time such as 2026-11-28 or 2026-11-28T09:00:00Z' },
  ]
  throw new AppError('invalid_arguments', 'Invalid since.', { errors })
}

/** A run as a row of a result: without what nobody knows. */
export function runRow(run: RecentRun): Record<string, unknown> {
  const { kind, id, source, state, startedAtMs, finishedAtMs, startedBy, cost, title, url } = run
  const seconds = startedAtMs !== null && finishedAtMs !== null ? (finishedAtMs - startedAtMs) / 1000 : null
  return {
    [idField(run)]: id,
    [sourceField(kind)]: source.name,
    state,
    ...(startedAtMs !== null && { started_at: toTimestamp(startedAtMs) }),
    ...(seconds !== null && { duration_seconds: Math.round(seconds) }),
    ...(startedBy !== null && { started_by: startedBy }),
    ...(cost !== null && { cost }),
    ...(title !== null && { name: title }),
    ...(url !== null && { url }),
  }
}
