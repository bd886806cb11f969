/** The tools that hold the call until a run is over; of a run that is over, they return any part. */
import { WAIT_SECONDS_WITHOUT_PROGRESS } from '../../runs/wait-limit.ts'
import type { NamedRun } from '../run-access.ts'
import type { ToolCall, ToolHandler, ToolOutcome } from '../tool-call.ts'
import { getSession } from './agent-sessions.ts'
import { getFlowRun } from './flow-runs.ts'
import { outcomeOf, readerOf, scopeOf } from './wait-for-runs.ts'

export const waitForSession: ToolHandler = call =>
  waitedFor(call, { kind: 'session', id: String(call.args.session_id) }, getSession)

export const waitForFlowRun: ToolHandler = call =>
  waitedFor(call, { kind: 'flow_run', id: String(call.args.run_id), ...scopeOf(call.args) }, getFlowRun)

/** @param readRecord reads the whole record, for a call that wants a part of it. */
async function waitedFor(call: ToolCall, run: NamedRun, readRecord: ToolHandler): Promise<ToolOutcome> {
  const waited = await call.runs.wait(run, secondsToWait(call))
  if (!call.isForPart) return outcomeOf(waited, call.mayCall)
  if (waited.report.outcome !== 'finished') {
    return { ...outcomeOf(waited, call.mayCall), isWithoutParts: true }
  }
  const { wait_seconds: _, ...args } = call.args
  return { ...(await readRecord({ ...call, args })), reader: readerOf(run, call.mayCall) }
}

function secondsToWait({ args }: ToolCall): number {
  return typeof args.wait_seconds === 'number' ? args.wait_seconds : WAIT_SECONDS_WITHOUT_PROGRESS
}
