/**
 * Starts a flow run at most once, as far as that is possible: Gumloop does not reject duplicates of flow runs, so the
 * start is recorded before it is sent.
 */
import type { Arguments } from '../../gumloop/build-request.ts'
import { unknownShape } from '../../gumloop/read-response.ts'
import { toTimestamp } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { idOrNull, textOrNull } from '../../shared/wire-value.ts'
import type { MayCall } from '../observe/run-state.ts'
import { answered, idempotencyKeyConflict, isUnclear, type StartDeps } from './start-deps.ts'
import { startKeyOf } from './start-key.ts'
import type { Start } from './start-store.ts'

const START = 'create_a_gumloop_flow_run'
const HISTORY = 'list_all_gumloop_flow_runs'

export interface StartedFlowRun {
  /** Gumloop's answer; empty for a repeated start. */
  answer: Record<string, unknown>
  /** Null: Gumloop returned none. */
  runId: string | null
  isRepeated: boolean
}

/**
 * @param args checked arguments without `inputs`, `wait_seconds` and other fields that are not Gumloop's.
 * @param inputs the flow's own inputs.
 * @throws AppError of Gumloop's; `conflict` when the same start is under way or its answer was lost.
 */
export async function startFlowRun(
  args: Arguments,
  inputs: Arguments,
  deps: StartDeps,
): Promise<StartedFlowRun> {
  const { idempotency_key, ...flow } = args
  const { starts } = deps
  if (starts === undefined) return send(flow, inputs, deps)
  const idempotencyKey = textOrNull(idempotency_key) ?? undefined
  const key = startKeyOf('flow_run', deps.caller, { ...flow, inputs }, idempotencyKey)
  const { start, isFirst } = await starts.claim(key.key, { ...key, runId: null }, deps.now())
  if (start.fingerprint !== key.fingerprint) throw idempotencyKeyConflict()
  if (!isFirst) return repeated(await answered(starts, key.key, start), deps)
  try {
    const started = await send(flow, inputs, deps)
    await starts.settle(key.key, start.startId, started.runId).catch(() => undefined)
    return started
  } catch (error) {
    const record = isUnclear(error) ? starts.lose : starts.release
    await record(key.key, start.startId).catch(() => undefined)
    throw error
  }
}

async function send(
  flow: Arguments,
  inputs: Arguments,
  { operation, mayCall, now }: StartDeps,
): Promise<StartedFlowRun> {
  const sentAtMs = now()
  try {
    const { value, isEmpty } = await operation(START, flow, inputs)
    const answer = isObject(value) ? value : {}
    const runId = idOrNull(answer.run_id)
    // An empty body is how Gumloop accepts a start without an id; anything else without one is no start that we know.
    if (runId === null && !isEmpty) throw unknownShape(value, 'a started run', true)
    return { answer, runId, isRepeated: false }
  } catch (error) {
    if (!isUnclear(error)) throw error
    const nextStep = `So the run may have started. ${howToFindOut(sentAtMs, mayCall)}`
    throw new AppError(error.code, error.message, { ...error.details, nextStep }, error.cause)
  }
}

function repeated(start: Start, { mayCall }: { mayCall: MayCall }): StartedFlowRun {
  if (start.startedAtMs === 0) {
    throw new AppError('conflict', 'The same start was sent a moment ago and rejected.', {
      mayHaveTakenEffect: false,
      nextStep: 'Call again.',
    })
  }
  if (start.isSettled) return { answer: {}, runId: start.runId, isRepeated: true }
  throw new AppError(
    'conflict',
    'The same start was sent before and its answer is not known. Nothing was sent this time.',
    {
      mayHaveTakenEffect: true,
      nextStep: `The flow may be running. ${howToFindOut(start.startedAtMs, mayCall)} To start it in any case, call with a new idempotency_key.`,
    },
  )
}

function howToFindOut(sentAtMs: number, mayCall: MayCall): string {
  const time = toTimestamp(sentAtMs)
  return mayCall(HISTORY)
    ? `Look with ${HISTORY} for a run of this flow that began about ${time} before you start it again.`
    : `This connector cannot list runs: tell the person that a run may have begun about ${time}.`
}
