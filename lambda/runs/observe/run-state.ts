/** What the states of Gumloop's runs mean. Pure. States are reported as Gumloop names them; an unknown one is never over. */

/** Agent runs (sessions). `idle`: nothing was started, so there is nothing to wait for. */
const SESSION_OVER = new Set(['completed', 'failed', 'cancelled', 'idle'])
/** Flow runs. */
const FLOW_RUN_OVER = new Set(['DONE', 'FAILED', 'TERMINATED'])

export function isSessionOver(state: string | null): boolean {
  return state !== null && SESSION_OVER.has(state)
}

export function isFlowRunOver(state: string | null): boolean {
  return state !== null && FLOW_RUN_OVER.has(state)
}

/** Whether the caller may use a tool: advice must not name one that is not available. */
export type MayCall = (toolName: string) => boolean

/** What to do next with an agent run, in words for a model. */
export function sessionNextStep(sessionId: string, state: string | null, mayCall: MayCall): string {
  const by = (tool: string) => (mayCall(tool) ? ` with ${tool}` : '')
  switch (state) {
    case 'completed':
      return mayCall('list_all_gumloop_artifacts')
        ? `The run is over. If files are wanted, call list_all_gumloop_artifacts with session_id ${sessionId}.`
        : 'The run is over.'
    case 'failed':
    case 'cancelled':
      return 'The run is over without success. Read the last messages for the reason before you start another.'
    case 'idle':
      return `Nothing runs in this session. Send a message${by('create_a_gumloop_session_message')} to start.`
    case 'approval_required':
      return `The run waits for a decision: show pending_approvals to the person, then answer${by('resolve_gumloop_session_approvals')}.`
    default:
      return stillRunning('session', sessionId, mayCall)
  }
}

/** What to do next with a flow run, in words for a model. */
export function flowRunNextStep(runId: string, state: string | null, mayCall: MayCall): string {
  if (state === 'DONE') return 'The run is over; its results are in outputs.'
  if (isFlowRunOver(state)) return 'The run is over without success. The last lines of log say why.'
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
