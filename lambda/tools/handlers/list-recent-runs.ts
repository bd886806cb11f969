/** Runs of agents and flows together: what runs now, what failed, what it cost. */
import { mayUse, READ_RUN } from '../../runs/observe/connector-rules.ts'
import { flowRunSnapshot, sessionSnapshot } from '../../runs/observe/run-snapshot.ts'
import { toAppError } from '../../shared/errors.ts'
import { numberOrNull, textOrNull } from '../../shared/wire-value.ts'
import {
  OPEN_PHASES,
  type RecentRun,
  recentRuns,
  runRow,
  type Source,
  sinceOf,
  sourceField,
  sourcesNamed,
} from '../recent-runs.ts'
import { otherNames } from '../resolve-names.ts'
import { idField } from '../run-access.ts'
import type { ToolCall, ToolHandler } from '../tool-call.ts'

const DEFAULT_LIMIT = 10
/** Failed runs whose reason is read: each costs a request to Gumloop. */
const MAX_REASONS = 3

const PHASES: Readonly<Record<string, readonly RecentRun['phase'][]>> = {
  running: OPEN_PHASES,
  queued: ['queued'],
  waiting_for_approval: ['approval'],
  failed: ['failed'],
  completed: ['succeeded', 'ended'],
}

export const listRecentRuns: ToolHandler = async call => {
  const { args } = call
  const name = textOrNull(args.name)
  const sinceMs = sinceOf(args)
  const { sources, all } = await sourcesNamed(call, name)
  if (sources.length === 0) return { structured: nothingNamed(name ?? '', all) }
  const { runs, gaps } = await recentRuns(call, sources)
  const phases = PHASES[textOrNull(args.state) ?? '']
  const recent = runs.filter(run => sinceMs === null || (run.startedAtMs ?? 0) >= sinceMs)
  const wanted = recent.filter(run => phases === undefined || phases.includes(run.phase))
  const shown = wanted.slice(0, numberOrNull(args.limit) ?? DEFAULT_LIMIT)
  const reasons = await reasonsOf(call, shown)
  const result = shown.map(run => {
    const failure = reasons.get(run.id)
    return { ...runRow(run), ...(failure !== undefined && { failure }) }
  })
  return {
    structured: {
      result,
      result_count: result.length,
      total_count: wanted.length,
      totals: totalsOf(recent),
      ...(gaps.length > 0 && { gaps }),
      next_step: nextStep(shown, wanted.length, sources),
    },
  }
}

function nothingNamed(name: string, all: readonly Source[]): Record<string, unknown> {
  const next_step =
    otherNames(name, all) ?? 'This connector shows no agents and no flows whose runs could be listed.'
  return { result: [], result_count: 0, total_count: 0, totals: [], next_step }
}

function nextStep(shown: readonly RecentRun[], found: number, sources: readonly Source[]): string {
  if (found === 0) {
    const of = sources.length <= 3 ? ` of ${sources.map(one => one.name).join(', ')}` : ''
    return `There is no such run${of}. Say so, or ask for another state or an earlier since.`
  }
  if (shown.length < found)
    return `These are the newest ${shown.length} of ${found}; a higher limit shows more.`
  return 'The whole record of a run: get_single_gumloop_session_by_id or get_single_gumloop_flow_run_by_id.'
}

/** Sums over all runs that were read, whatever their state. */
function totalsOf(runs: readonly RecentRun[]): Record<string, unknown>[] {
  const sources = new Map(runs.map(run => [run.source.id, run]))
  return [...sources].map(([id, first]) => {
    const own = runs.filter(run => run.source.id === id)
    const costs = own.flatMap(run => run.cost ?? [])
    const cost = costs.reduce((sum, one) => sum + one, 0)
    const count = (phases: readonly RecentRun['phase'][]) =>
      own.filter(run => phases.includes(run.phase)).length
    return {
      [sourceField(first.kind)]: first.source.name,
      runs: own.length,
      failed: count(['failed']),
      running: count(OPEN_PHASES),
      cost: costs.length > 0 ? cost : null,
      cost_per_run: costs.length > 0 ? Math.round((cost / costs.length) * 100) / 100 : null,
    }
  })
}

/** Why the newest of the failed ones failed, as far as the connector may read them. */
async function reasonsOf(call: ToolCall, runs: readonly RecentRun[]): Promise<Map<string, string>> {
  const failed = runs.filter(run => run.phase === 'failed' && mayUse(READ_RUN[run.kind], call.mayCall))
  const read = failed.slice(0, MAX_REASONS).map(async ({ kind, id }): Promise<[string, string][]> => {
    try {
      const { value } = await call.operation(READ_RUN[kind], { [idField({ kind })]: id })
      const { failure } = (kind === 'session' ? sessionSnapshot(value) : flowRunSnapshot(value)).details
      return failure === null ? [] : [[id, failure]]
    } catch (error) {
      if (toAppError(error).code === 'cancelled') throw error
      return []
    }
  })
  return new Map((await Promise.all(read)).flat())
}
