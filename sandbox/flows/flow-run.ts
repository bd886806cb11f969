/** The state, log and outputs of a flow run, computed from its record and the current time. */

import { timestamp } from '../http/timestamp.ts'
import { FLOWS, type Flow, type FlowOutcome } from '../seed/seed-flows.ts'
import type { FlowRunRecord } from '../state/state.ts'

export type FlowState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'TERMINATING' | 'TERMINATED'

/** How long it takes to stop a run, in real milliseconds. */
const TERMINATING_MS = 1_000

const ANSI = { reset: '\u001b[0m', red: '\u001b[31m', green: '\u001b[32m', cyan: '\u001b[36m' }

export interface FlowRunView {
  state: FlowState
  finishedAtMs: number | null
  outcome: FlowOutcome
}

export function flowById(id: string): Flow | undefined {
  return FLOWS.find(flow => flow.id === id)
}

const NO_OUTCOME: FlowOutcome = { outputs: {}, files: {} }

export function flowRunAt(run: FlowRunRecord, flow: Flow, nowMs: number): FlowRunView {
  if (run.killedAtMs !== null) {
    const finishedAtMs = run.killedAtMs + TERMINATING_MS
    return nowMs < finishedAtMs
      ? { state: 'TERMINATING', finishedAtMs: null, outcome: NO_OUTCOME }
      : { state: 'TERMINATED', finishedAtMs, outcome: NO_OUTCOME }
  }
  const beginsAtMs = run.startedAtMs + run.queuedMs
  if (nowMs < beginsAtMs) return { state: 'QUEUED', finishedAtMs: null, outcome: NO_OUTCOME }
  const finishedAtMs = beginsAtMs + run.workMs
  if (nowMs < finishedAtMs) return { state: 'RUNNING', finishedAtMs: null, outcome: NO_OUTCOME }
  if (run.failure !== null) return { state: 'FAILED', finishedAtMs, outcome: NO_OUTCOME }
  return { state: 'DONE', finishedAtMs, outcome: flow.outcome(run.inputs) }
}

/** The log lines so far, with the color codes that Gumloop's logs contain. */
export function logAt(run: FlowRunRecord, flow: Flow, nowMs: number): string[] {
  const line = (atMs: number, color: keyof typeof ANSI, what: string) => ({
    atMs,
    text: `[${timestamp(atMs)}] ${ANSI[color]}${what}${ANSI.reset}`,
  })
  const view = flowRunAt(run, flow, nowMs)
  const beginsAtMs = run.startedAtMs + run.queuedMs
  const lines = [line(run.startedAtMs, 'cyan', `Run ${run.id} of "${flow.name}" accepted`)]
  for (const { name } of flow.inputs) {
    lines.push(line(beginsAtMs, 'reset', `Input ${name} = ${JSON.stringify(run.inputs[name] ?? null)}`))
  }
  for (const [i, step] of flow.steps.entries()) {
    lines.push(
      line(beginsAtMs + Math.round((run.workMs * i) / flow.steps.length), 'green', `Step ${i + 1}: ${step}`),
    )
  }
  if (run.killedAtMs !== null) {
    const killedAtMs = run.killedAtMs
    return [...lines.filter(l => l.atMs <= killedAtMs), line(killedAtMs, 'red', 'Stop requested')].map(
      l => l.text,
    )
  }
  if (view.state === 'FAILED' && view.finishedAtMs !== null) {
    lines.push(line(view.finishedAtMs, 'red', `FAILED ${run.failure}`))
  }
  if (view.state === 'DONE' && view.finishedAtMs !== null)
    lines.push(line(view.finishedAtMs, 'green', 'DONE'))
  return lines.filter(l => l.atMs <= nowMs).map(l => l.text)
}
