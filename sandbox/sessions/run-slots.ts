/** The limit on concurrent runs: which runs wait or are rejected (docs/gumloop-api.md, Rate and concurrency limits). */
import type { World } from '../http/call.ts'
import { ApiError } from '../http/error-response.ts'
import type { TurnRecord } from '../state/state.ts'
import { plannedEndMs, turnAt } from './session-timeline.ts'

/** Runs that occupy a slot or wait for one. A run that waits for approval occupies none. */
function activeTurns(world: World, nowMs: number): TurnRecord[] {
  return world.state.sessions.flatMap(session => {
    const last = session.turns.at(-1)
    if (last === undefined) return []
    const { state } = turnAt(last, nowMs)
    return state === 'queued' || state === 'processing' ? [last] : []
  })
}

/**
 * Milliseconds until a run that starts now gets a slot.
 * @throws ApiError 429 when all slots are occupied and the plan does not queue
 */
export function waitForSlotMs(world: World, nowMs: number): number {
  const limit = world.maxConcurrentRuns
  if (limit === null) return 0
  const endsMs = activeTurns(world, nowMs)
    .map(turn => plannedEndMs(turn) ?? turn.acceptedAtMs + turn.queuedMs + turn.workMs)
    .sort((a, b) => a - b)
  if (endsMs.length < limit) return 0
  if (world.whenFull === 'reject') {
    throw new ApiError(429, 'concurrency_limit_exceeded', `Your plan allows ${limit} concurrent agent runs.`)
  }
  return Math.max(0, (endsMs[endsMs.length - limit] ?? nowMs) - nowMs)
}

/** The position in the queue, from 1; null for a run that is not queued. */
export function queuePosition(world: World, turn: TurnRecord | undefined, nowMs: number): number | null {
  if (turn === undefined || turnAt(turn, nowMs).state !== 'queued') return null
  const startMs = (t: TurnRecord) => t.acceptedAtMs + t.queuedMs
  const ahead = activeTurns(world, nowMs).filter(
    other => turnAt(other, nowMs).state === 'queued' && startMs(other) < startMs(turn),
  )
  return ahead.length + 1
}
