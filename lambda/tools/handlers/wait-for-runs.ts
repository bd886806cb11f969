/** Waiting for a run that a call has started, and the one form in which a run is reported, over or not. */
import type { Arguments } from '../../gumloop/build-request.ts'
import { READ_RUN, visibleDetails } from '../../runs/observe/connector-rules.ts'
import { flowRunNextStep, type MayCall, phaseOf, sessionNextStep } from '../../runs/observe/run-state.ts'
import type { RunReport } from '../../runs/watch/run-report.ts'
import { toAppError } from '../../shared/errors.ts'
import type { Cut } from '../../shared/fit-json.ts'
import { idField, type NamedRun, type Waited } from '../run-access.ts'
import type { Reader, ToolCall, ToolOutcome } from '../tool-call.ts'

/** Whose flow run it is, if the call says so. */
export function scopeOf({ user_id, project_id }: Arguments): { scope?: Record<string, string> } {
  const scope = {
    ...(typeof user_id === 'string' && { user_id }),
    ...(typeof project_id === 'string' && { project_id }),
  }
  return Object.keys(scope).length > 0 ? { scope } : {}
}

/**
 * The result of a start: `started` if the call does not wait, else the run as waiting reports it. Whatever goes wrong
 * while waiting, the run has been started, and its id must not be lost.
 */
export async function startedAndWaited(
  call: ToolCall,
  run: NamedRun,
  started: Record<string, unknown>,
): Promise<ToolOutcome> {
  const { wait_seconds } = call.args
  const reader = readerOf(run, call.mayCall)
  if (typeof wait_seconds !== 'number' || wait_seconds <= 0) return { structured: started, reader }
  try {
    return outcomeOf(await call.runs.wait(run, wait_seconds), call.mayCall, notesOf(started))
  } catch (error) {
    const { code, message } = toAppError(error)
    if (code === 'cancelled') throw error
    const note = `The run was started, but waiting for it failed: ${message}`
    return { structured: { ...started, note: [started.note, note].filter(Boolean).join(' ') }, reader }
  }
}

/** What a wait returns. */
export function outcomeOf(
  { report, deferred }: Waited,
  mayCall: MayCall,
  notes: Record<string, unknown> = {},
): ToolOutcome {
  return { ...describeReport(report, mayCall, notes), ...(deferred && { deferred }) }
}

/** Fields of a start's result that remain true after waiting. */
export function notesOf({ repeated, note }: Record<string, unknown>): Record<string, unknown> {
  return { ...(repeated !== undefined && { repeated }), ...(note !== undefined && { note }) }
}

/** The same fields for every run: over or not, session or flow run; then `notes`. */
export function describeReport(
  report: RunReport,
  mayCall: MayCall,
  notes: Record<string, unknown> = {},
): Pick<ToolOutcome, 'structured' | 'cuts' | 'reader'> {
  const { run, state, outcome, waitedMs, isWatched } = report
  const details = visibleDetails(run.kind, report.details, mayCall)
  const { answer, outputs, artifacts, cost, pending_approvals, failure, queue_position, shortened } = details
  const structured = {
    [idField(run)]: run.id,
    state,
    is_over: outcome === 'finished',
    next_step: nextStep({ ...report, details }, mayCall),
    waited_seconds: Math.round(waitedMs / 1000),
    watched: isWatched,
    answer,
    outputs,
    artifacts,
    cost,
    pending_approvals,
    ...(failure !== null && { failure }),
    ...(queue_position !== null && { queue_position }),
    ...(shortened && { shortened }),
    ...notes,
  }
  return { structured, cuts: details.cuts ?? [], reader: readerOf(run, mayCall) }
}

/** The call that reads the record of a run, part by part; null on a connector that may not read it. */
export function readerOf(run: NamedRun, mayCall: MayCall): Reader | null {
  const tool = [READ_RUN[run.kind], `wait_for_gumloop_${run.kind}`].find(mayCall)
  if (tool === undefined) return null
  return { tool, args: { [idField(run)]: run.id, ...run.scope }, locate: inRecord }
}

/** A report has the questions of a session on top, its record inside. */
function inRecord(cut: Cut): Cut {
  return cut.path[0] === 'pending_approvals' ? { ...cut, path: ['session', ...cut.path] } : cut
}

const GET_ARTIFACT = 'get_single_gumloop_artifact_by_id'

function nextStep(report: RunReport, mayCall: MayCall): string {
  const { run, state, outcome, details, isWatched } = report
  const isSession = run.kind === 'session'
  if (outcome === 'gave_up') {
    const wait = `wait_for_gumloop_${run.kind}`
    const again = mayCall(wait) ? ` Call ${wait} to watch it again.` : ''
    return `Watching ended at the longest time that the administrator allows; the run may still be going on, and its end has not been observed.${again}`
  }
  const phase = phaseOf(run.kind, state, outcome === 'finished')
  const step = isSession ? sessionNextStep(run.id, phase, mayCall) : flowRunNextStep(run.id, phase, mayCall)
  if (outcome !== 'finished')
    return isWatched || phase === 'approval' ? step : `${step} It is not watched between calls.`
  const mayHaveFiles = isSession && phase !== 'failed' && phase !== 'idle'
  if (mayHaveFiles && details.artifacts?.length && mayCall(GET_ARTIFACT)) {
    return `The run is over. To get a file, call ${GET_ARTIFACT} with its id from artifacts.`
  }
  if (!isSession && phase === 'failed')
    return 'The run ended without success; failure has the reason, as far as it is known.'
  return step
}
