/** Where a session stands at a moment: computed from its record and the clock, so that nothing is lost by stopping. */
import type { SessionRecord, TurnRecord } from '../state/state.ts'

export type SessionState = 'idle' | 'queued' | 'processing' | 'approval_required' | 'completed' | 'failed'

export interface TurnView {
  state: Exclude<SessionState, 'idle'>
  /** When it was over; null while it is not. */
  endedAtMs: number | null
}

/** When the turn asks for approval, or ends if it has nothing to ask. */
function workDoneAtMs(turn: TurnRecord): number {
  return turn.acceptedAtMs + turn.queuedMs + turn.workMs
}

/** When the turn will be over if nobody interferes; null while it waits for an answer. */
export function plannedEndMs(turn: TurnRecord): number | null {
  if (turn.cancelledAtMs !== null) return turn.cancelledAtMs
  if (turn.asks.length === 0) return workDoneAtMs(turn)
  let lastAnswerMs = 0
  for (const { answer } of turn.asks) {
    if (answer === null) return null
    lastAnswerMs = Math.max(lastAnswerMs, answer.atMs)
  }
  return lastAnswerMs + turn.afterAnswersMs
}

export function turnAt(turn: TurnRecord, nowMs: number): TurnView {
  const endMs = plannedEndMs(turn)
  if (endMs !== null && nowMs >= endMs) {
    return { state: turn.cancelledAtMs !== null ? 'failed' : turn.outcome, endedAtMs: endMs }
  }
  if (nowMs < turn.acceptedAtMs + turn.queuedMs) return { state: 'queued', endedAtMs: null }
  const isWaiting = nowMs >= workDoneAtMs(turn) && turn.asks.some(ask => ask.answer === null)
  return { state: isWaiting ? 'approval_required' : 'processing', endedAtMs: null }
}

/** The state of the whole session: that of its last turn. */
export function stateAt(session: SessionRecord, nowMs: number): SessionState {
  const last = session.turns.at(-1)
  return last === undefined ? 'idle' : turnAt(last, nowMs).state
}

/**
 * The session with every queued message that has come to its turn by now turned into one. A cancelled turn
 * holds the queue until somebody sends again: whoever cancels wants quiet.
 * @param startTurn makes the turn of a message that starts at a moment
 */
export function settled(
  session: SessionRecord,
  nowMs: number,
  startTurn: (input: string, atMs: number, id: string, creatorId: string) => TurnRecord,
): SessionRecord {
  const turns = [...session.turns]
  const queue = [...session.queue]
  for (;;) {
    const last = turns.at(-1)
    const next = queue[0]
    if (next === undefined || (last !== undefined && last.cancelledAtMs !== null)) break
    const endedAtMs = last === undefined ? 0 : turnAt(last, nowMs).endedAtMs
    if (endedAtMs === null) break
    turns.push(startTurn(next.input, Math.max(endedAtMs, next.createdAtMs), next.id, next.creatorId))
    queue.shift()
  }
  return { ...session, turns, queue }
}
