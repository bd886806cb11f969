/** Stops a run: the one that is named, or the only one that is going on. */
import { findTool } from '../../catalog/catalog.ts'
import { AppError } from '../../shared/errors.ts'
import { toJson } from '../../shared/json-text.ts'
import { textOrNull } from '../../shared/wire-value.ts'
import { OPEN_PHASES, type RecentRun, recentRuns, runRow, sourceField, sourcesNamed } from '../recent-runs.ts'
import { otherNames } from '../resolve-names.ts'
import type { ToolCall, ToolHandler } from '../tool-call.ts'
import { changeSession } from './agent-sessions.ts'

const CANCEL = 'cancel_a_gumloop_session'
const KILL = 'kill_a_gumloop_flow_run'
const MAX_LISTED = 8

export const stopRun: ToolHandler = async call => {
  const { session_id, run_id } = call.args
  if (session_id !== undefined && run_id !== undefined) {
    const errors = [{ path: 'run_id', message: 'must be left out where session_id is set' }]
    throw new AppError('invalid_arguments', 'One run is stopped at a time.', {
      errors,
      mayHaveTakenEffect: false,
    })
  }
  if (session_id !== undefined) return { structured: await stopSession(call, String(session_id)) }
  if (run_id !== undefined) return { structured: await stopFlowRun(call, String(run_id)) }
  const { kind, id, source } = await onlyOpenRun(call)
  const stopped = kind === 'session' ? await stopSession(call, id) : await stopFlowRun(call, id)
  return { structured: { ...stopped, [sourceField(kind)]: source.name } }
}

async function stopSession(call: ToolCall, sessionId: string): Promise<Record<string, unknown>> {
  const tool = findTool(CANCEL)
  if (!tool) throw new Error(`${CANCEL} is not in the catalog`)
  const { structured } = await changeSession({ ...call, tool, args: { session_id: sessionId } })
  const { session_id, state, is_over } = structured
  const next_step =
    is_over === true ? 'The run is over.' : 'Stopping was asked for; the state may follow in a few seconds.'
  return { session_id, state, is_over, next_step }
}

async function stopFlowRun(call: ToolCall, runId: string): Promise<Record<string, unknown>> {
  await call.operation(KILL, { run_id: runId })
  const next_step = 'Stopping was asked for; the state becomes TERMINATED in a few seconds.'
  return { run_id: runId, state: 'TERMINATING', is_over: false, next_step }
}

/** @throws AppError where none or several are going on */
async function onlyOpenRun(call: ToolCall): Promise<RecentRun> {
  const name = textOrNull(call.args.name)
  const { sources, all } = await sourcesNamed(call, name)
  if (sources.length === 0) {
    throw new AppError('not_found', 'It is not known which run is meant.', {
      mayHaveTakenEffect: false,
      nextStep:
        otherNames(name ?? '', all) ??
        'This connector cannot list runs: call again with session_id or run_id.',
    })
  }
  const { runs } = await recentRuns(call, sources)
  const open = runs.filter(({ phase }) => OPEN_PHASES.includes(phase))
  const [only] = open
  if (only && open.length === 1) return only
  if (!only) {
    throw new AppError('not_found', 'No run is going on.', {
      mayHaveTakenEffect: false,
      nextStep: 'Tell the person: there is nothing to stop.',
    })
  }
  const rows = open.slice(0, MAX_LISTED).map(run => toJson(runRow(run)))
  throw new AppError(
    'conflict',
    `${open.length} runs are going on, and only one can be stopped by this call.`,
    {
      mayHaveTakenEffect: false,
      nextStep: `Ask the person which one, then call again with its id: ${rows.join(', ')}`,
    },
  )
}
