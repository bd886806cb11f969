/** What the states of Gumloop's runs mean. Pure. States are reported as Gumloop names them. */
import type { RunKind } from '../../catalog/tool.ts'

/**
 * `idle`: nothing was started, so there is nothing to wait for. `ended`: over by its finish time alone, in a state that
 * says nothing of success.
 */
export type RunPhase = 'running' | 'approval' | 'idle' | 'succeeded' | 'failed' | 'ended'

/** Gumloop's own words, and those that other engines and older versions use for the same. */
const SUCCEEDED = new Set(['done', 'completed', 'complete', 'succeeded', 'success', 'successful', 'finished'])
const FAILED = new Set(
  (
    'failed failure error errored terminated cancelled canceled killed stopped aborted timed_out timedout timeout ' +
    'expired crashed'
  ).split(' '),
)
/** A session runs again after each message: a finish time beside one of these is that of an earlier turn. */
const RUNNING_SESSION = new Set(['queued', 'processing', 'running', 'pending', 'approval_required'])

/** True where the run has not begun to work. */
export function isQueued(state: string | null): boolean {
  return wordOf(state) === 'queued'
}

function wordOf(state: string | null): string {
  return (state ?? '')
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
}

/**
 * @param hasFinishTime whether the record has the time of its end. An unknown state without one is never the end.
 */
export function phaseOf(kind: RunKind, state: string | null, hasFinishTime: boolean): RunPhase {
  const word = wordOf(state)
  if (SUCCEEDED.has(word)) return 'succeeded'
  if (FAILED.has(word)) return 'failed'
  if (kind === 'session') {
    if (word === 'idle') return 'idle'
    if (word === 'approval_required') return 'approval'
    if (RUNNING_SESSION.has(word)) return 'running'
  }
  return hasFinishTime ? 'ended' : 'running'
}

export function isOverIn(phase: RunPhase): boolean {
  return phase !== 'running' && phase !== 'approval'
}

/** Whether the caller may use a tool: advice must not name one that is not available. */
export type MayCall = (toolName: string) => boolean

/** What to do next with an agent run, in words for a model. */
export function sessionNextStep(sessionId: string, phase: RunPhase, mayCall: MayCall): string {
  const by = (tool: string) => (mayCall(tool) ? ` with ${tool}` : '')
  switch (phase) {
    case 'succeeded':
    case 'ended':
      return mayCall('list_all_gumloop_artifacts')
        ? `The run is over. If files are wanted, call list_all_gumloop_artifacts with session_id ${sessionId}.`
        : 'The run is over.'
    case 'failed':
      return 'The run is over without success. Read the last messages for the reason before you start another.'
    case 'idle':
      return `Nothing runs in this session. Send a message${by('create_a_gumloop_session_message')} to start.`
    case 'approval':
      return `The run waits for a decision: show pending_approvals to the person, then answer${by('resolve_gumloop_session_approvals')}.`
    case 'running':
      return stillRunning('session', sessionId, mayCall)
  }
}

/** What to do next with a flow run, in words for a model. */
export function flowRunNextStep(runId: string, phase: RunPhase, mayCall: MayCall): string {
  if (phase === 'succeeded') return 'The run is over; its results are in outputs.'
  if (phase === 'ended')
    return 'The run is over; its state does not say whether it succeeded: read outputs and the last lines of log.'
  if (phase === 'failed') return 'The run is over without success. The last lines of log say why.'
  return stillRunning('flow_run', runId, mayCall)
}

function stillRunning(kind: 'session' | 'flow_run', id: string, mayCall: MayCall): string {
  const argument = `${kind === 'session' ? 'session_id' : 'run_id'} ${id}`
  const wait = `wait_for_gumloop_${kind}`
  if (mayCall(wait)) return `Still running. Call ${wait} with ${argument}.`
  const get = `get_single_gumloop_${kind}_by_id`
  if (mayCall(get))
    return `Still running. Call ${get} with ${argument} again in about 5 seconds; do not guess the result.`
  return 'Still running. This connector cannot check it; say so.'
}
