/** Waiting for runs: the one shape in which a run is told, over or not, and the tools that hold the call for it. */
import type { Arguments } from '../../gumloop/build-request.ts'
import { flowRunNextStep, type MayCall, sessionNextStep } from '../../runs/observe/run-state.ts'
import type { RunRef } from '../../runs/run.ts'
import { WAIT_SECONDS_WITHOUT_PROGRESS } from '../../runs/wait-limit.ts'
import type { RunReport } from '../../runs/watch/run-report.ts'
import { toAppError } from '../../shared/errors.ts'
import type { Waited } from '../run-access.ts'
import type { ToolCall, ToolHandler, ToolOutcome } from '../tool-call.ts'

/** A run as a call names it; whose it is follows from the connector. */
type AwaitedRun = Omit<RunRef, 'accountId'>

export const waitForSession: ToolHandler = call =>
  waitedFor(call, { kind: 'session', id: String(call.args.session_id) })

export const waitForFlowRun: ToolHandler = call =>
  waitedFor(call, { kind: 'flow_run', id: String(call.args.run_id), ...scopeOf(call.args) })

async function waitedFor(call: ToolCall, run: AwaitedRun): Promise<ToolOutcome> {
  return outcomeOf(await call.runs.wait(run, secondsToWait(call)), call.mayCall)
}

function secondsToWait({ args }: ToolCall): number {
  return typeof args.wait_seconds === 'number' ? args.wait_seconds : WAIT_SECONDS_WITHOUT_PROGRESS
}

/** Whose flow run it is, where the call says so itself. */
export function scopeOf({ user_id, project_id }: Arguments): { scope?: Record<string, string> } {
  const scope = {
    ...(typeof user_id === 'string' && { user_id }),
    ...(typeof project_id === 'string' && { project_id }),
  }
  return Object.keys(scope).length > 0 ? { scope } : {}
}

/**
 * What a start that was asked to wait answers: `started` as it is without waiting, else the run as waiting shows it.
 * Whatever goes wrong with the waiting, the run has been started, and its id must not be lost.
 */
export async function startedAndWaited(
  call: ToolCall,
  run: AwaitedRun,
  started: Record<string, unknown>,
): Promise<ToolOutcome> {
  const { wait_seconds } = call.args
  if (typeof wait_seconds !== 'number' || wait_seconds <= 0) return { structured: started }
  try {
    return outcomeOf(await call.runs.wait(run, wait_seconds), call.mayCall, notesOf(started))
  } catch (error) {
    const { code, message } = toAppError(error)
    if (code === 'cancelled') throw error
    const note = `It was started, but could not be waited for: ${message}`
    return { structured: { ...started, note: [started.note, note].filter(Boolean).join(' ') } }
  }
}

function outcomeOf(
  { report, deferred }: Waited,
  mayCall: MayCall,
  notes: Record<string, unknown> = {},
): ToolOutcome {
  return { structured: { ...describeReport(report, mayCall), ...notes }, ...(deferred && { deferred }) }
}

/** Fields of a start's own answer that stay true after waiting. */
export function notesOf({ repeated, note }: Record<string, unknown>): Record<string, unknown> {
  return { ...(repeated !== undefined && { repeated }), ...(note !== undefined && { note }) }
}

/** Over or not, agent run or flow run: the same fields. */
export function describeReport(report: RunReport, mayCall: MayCall): Record<string, unknown> {
  const { run, state, outcome, details, waitedMs, isWatched } = report
  const { answer, outputs, artifacts, cost, pending_approvals, failure, queue_position, shortened } = details
  return {
    [run.kind === 'session' ? 'session_id' : 'run_id']: run.id,
    state,
    is_over: outcome === 'finished',
    next_step: nextStep(report, mayCall),
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
  }
}

const GET_ARTIFACT = 'get_single_gumloop_artifact_by_id'

function nextStep(report: RunReport, mayCall: MayCall): string {
  const { run, state, outcome, details, isWatched } = report
  const isSession = run.kind === 'session'
  if (outcome === 'gave_up') {
    const wait = `wait_for_gumloop_${run.kind}`
    const again = mayCall(wait) ? ` Call ${wait} to have it watched anew.` : ''
    return `Watching was given up after the longest time that the administrator allows; the run may still be going on, and its end has not been seen.${again}`
  }
  if (outcome !== 'finished') {
    const step = isSession ? sessionNextStep(run.id, state, mayCall) : flowRunNextStep(run.id, state, mayCall)
    return isWatched || state === 'approval_required' ? step : `${step} Nothing watches it between calls.`
  }
  if (isSession && state === 'completed' && details.artifacts?.length && mayCall(GET_ARTIFACT)) {
    return `The run is over. If a file is wanted, call ${GET_ARTIFACT} with its id from artifacts.`
  }
  if (!isSession && state !== 'DONE')
    return 'The run is over without success; failure says why, as far as known.'
  return isSession ? sessionNextStep(run.id, state, mayCall) : flowRunNextStep(run.id, state, mayCall)
}
