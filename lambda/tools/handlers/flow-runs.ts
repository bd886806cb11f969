/** Runs of flows: starting one with checked inputs, and reading one. */

import { READ_RUN } from '../../runs/observe/connector-rules.ts'
import { flowRunOf, flowRunPhase } from '../../runs/observe/flow-run-record.ts'
import { withoutColors } from '../../runs/observe/run-snapshot.ts'
import { flowRunNextStep, isOverIn, type MayCall } from '../../runs/observe/run-state.ts'
import { startFlowRun } from '../../runs/start/start-flow-run.ts'
import { isObject } from '../../shared/json-value.ts'
import { textOrNull } from '../../shared/wire-value.ts'
import { withOwnFields } from '../own-fields.ts'
import type { ToolHandler } from '../tool-call.ts'
import { REPEATED_NOTE } from './agent-sessions.ts'
import { checkFlowInputs } from './flow-inputs.ts'
import { scopeOf, startedAndWaited } from './wait-for-runs.ts'

const HISTORY = 'list_all_gumloop_flow_runs'

/** Starts a run, after the inputs have been checked against what the flow declares; at most once for one call. */
export const createFlowRun: ToolHandler = async call => {
  const { args, mayCall, runs } = call
  const { inputs: sent, allow_unknown_inputs, wait_seconds: _, ...flow } = args
  const inputs = isObject(sent) ? sent : {}
  const leftOut = await checkFlowInputs(call, inputs, allow_unknown_inputs === true)
  const { answer, runId, isRepeated } = await startFlowRun(flow, inputs, runs.starting)
  const repeated = isRepeated ? { repeated: true, note: REPEATED_NOTE } : {}
  if (runId === null) {
    const find = mayCall(HISTORY) ? ` Find it with ${HISTORY} and this saved_item_id.` : ''
    const next_step = `Gumloop accepted the start but returned no run id.${find} Do not start it again.`
    const unknown = { accepted: true, run_id: null, state: null, is_over: false, next_step }
    return { structured: withOwnFields({ ...unknown, ...repeated }, answer) }
  }
  const own = {
    accepted: true,
    run_id: runId,
    state: textOrNull(answer.state),
    is_over: false,
    next_step: flowRunNextStep(runId, 'running', mayCall),
    ...repeated,
    ...(leftOut.length > 0 && { inputs_left_out: leftOut }),
  }
  const started = withOwnFields(own, answer)
  return startedAndWaited(call, { kind: 'flow_run', id: runId, ...scopeOf(args) }, started)
}

export const getFlowRun: ToolHandler = async ({ args, operation, mayCall }) => {
  const { value } = await operation(READ_RUN.flow_run, args)
  return { structured: describeFlowRun(value, String(args.run_id), mayCall) }
}

/** `run_id`, `state`, `is_over` and `next_step` beside Gumloop's record, whose log loses its terminal colors. */
function describeFlowRun(value: unknown, runId: string, mayCall: MayCall): Record<string, unknown> {
  const record = flowRunOf(value)
  const phase = flowRunPhase(record)
  const log = Array.isArray(record.log)
    ? record.log.map(line => (typeof line === 'string' ? withoutColors(line) : line))
    : record.log
  return {
    ...record,
    run_id: runId,
    state: textOrNull(record.state),
    is_over: isOverIn(phase),
    next_step: flowRunNextStep(runId, phase, mayCall),
    ...(log !== undefined && { log }),
  }
}
