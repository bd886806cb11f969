/**
 * Starts a flow run at most once, as far as that can be had: Gumloop has no guard of its own here, so the table
 * remembers the start before it is sent.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Arguments } from '../../gumloop/build-request.ts'
import { toTimestamp } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import type { MayCall } from '../observe/run-state.ts'
import { stringOrNull } from '../observe/session-record.ts'
import { startKeyOf } from './start-key.ts'
import type { Start, StartMemory } from './start-memory.ts'
import { keyTaken, type StartDeps } from './start-session.ts'

const START = 'create_a_gumloop_flow_run'
const HISTORY = 'list_all_gumloop_flow_runs'
/** How long a second call waits for the answer of the first, which is under way. */
const ANSWER_WITHIN_MS = 5000
const READ_EVERY_MS = 250

export interface StartedFlowRun {
  /** Gumloop's answer; empty for a repeated start. */
  answer: Record<string, unknown>
  /** Null: Gumloop named none. */
  runId: string | null
  isRepeated: boolean
}

/**
 * @param args checked arguments without `inputs`, `wait_seconds` and what else is ours.
 * @param inputs the flow's own inputs.
 * @throws AppError of Gumloop's; `conflict` when the same start is under way or its answer was lost.
 */
export async function startFlowRun(
  args: Arguments,
  inputs: Arguments,
  deps: StartDeps & { mayCall: MayCall },
): Promise<StartedFlowRun> {
  const { idempotency_key, ...wanted } = args
  const { memory } = deps
  if (memory === undefined) return send(wanted, inputs, deps)
  const key = startKeyOf(
    'flow_run',
    deps.caller,
    { ...wanted, inputs },
    stringOrNull(idempotency_key) ?? undefined,
  )
  const { start, isFirst } = await memory.claim(key.key, { ...key, runId: null }, deps.now())
  if (start.fingerprint !== key.fingerprint) throw keyTaken()
  if (!isFirst) return repeated(await answered(memory, key.key, start), deps)
  try {
    const started = await send(wanted, inputs, deps)
    await memory.settle(key.key, start.startId, started.runId).catch(() => undefined)
    return started
  } catch (thrown) {
    const isUnclear = thrown instanceof AppError && thrown.details.mayHaveTakenEffect === true
    if (!isUnclear) await memory.forget(key.key, start.startId).catch(() => undefined)
    throw thrown
  }
}

async function send(
  wanted: Arguments,
  inputs: Arguments,
  { operation, mayCall, now }: StartDeps & { mayCall: MayCall },
): Promise<StartedFlowRun> {
  const sentAtMs = now()
  try {
    const { value } = await operation(START, wanted, inputs)
    const answer = isObject(value) ? value : {}
    return { answer, runId: stringOrNull(answer.run_id), isRepeated: false }
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.details.mayHaveTakenEffect !== true) throw thrown
    const nextStep = `So the run may have started. ${howToFindOut(sentAtMs, mayCall)}`
    throw new AppError(thrown.code, thrown.message, { ...thrown.details, nextStep }, thrown.cause)
  }
}

/** The start as it stands once the first call has its answer, or after waiting for that in vain. */
async function answered(memory: StartMemory, key: string, start: Start): Promise<Start> {
  let last = start
  for (let waitedMs = 0; !last.isSettled && waitedMs < ANSWER_WITHIN_MS; waitedMs += READ_EVERY_MS) {
    await sleep(READ_EVERY_MS)
    last = (await memory.read(key, start.startId)) ?? last
    if (last.startedAtMs === 0) break // refused meanwhile: it was never started
  }
  return last
}

function repeated(start: Start, { mayCall }: { mayCall: MayCall }): StartedFlowRun {
  if (start.startedAtMs === 0) {
    throw new AppError('conflict', 'The same start was sent a moment ago and refused.', {
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
  const moment = toTimestamp(sentAtMs)
  return mayCall(HISTORY)
    ? `Look with ${HISTORY} for a run of this flow that began about ${moment} before you start it again.`
    : `This connector cannot list runs: tell the person that a run may have begun about ${moment}.`
}
