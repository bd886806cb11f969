/** The limit on runs at the same time: who has to wait, how long, and who is refused (docs/gumloop-api.md, Rate and concurrency limits). */
import type { World } from '../http/call.ts'
import { Refusal } from '../http/error-response.ts'
import type { TurnRecord } from '../state/state.ts'
import { plannedEndMs, turnAt } from './session-timeline.ts'

/** Runs that hold a slot or wait for one. A run that waits for an answer holds none. */
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
 * @throws Refusal 429 when all slots are taken and the plan does not queue
 */
export function waitForSlotMs(world: World, nowMs: number): number {
  const limit = world.maxConcurrentRuns
  if (limit === null) return 0
  const endsMs = activeTurns(world, nowMs)
    .map(turn => plannedEndMs(turn) ?? turn.acceptedAtMs + turn.queuedMs + turn.workMs)
    .sort((a, b) => a - b)
  if (endsMs.length < limit) return 0
  if (world.whenFull === 'refuse') {
    throw new Refusal(
      429,
      'concurrency_limit_exceeded',
      `${limit} agent runs at the same time is all your plan allows.`,
    )
  }
  return Math.max(0, (endsMs[endsMs.length - limit] ?? nowMs) - nowMs)
}

/** Place among the runs that have not begun, from 1; null for a run that is not queued. */
export function queuePosition(world: World, turn: TurnRecord | undefined, nowMs: number): number | null {
  if (turn === undefined || turnAt(turn, nowMs).state !== 'queued') return null
  const startMs = (t: TurnRecord) => t.acceptedAtMs + t.queuedMs
  const ahead = activeTurns(world, nowMs).filter(
    other => turnAt(other, nowMs).state === 'queued' && startMs(other) < startMs(turn),
  )
  return ahead.length + 1
}
