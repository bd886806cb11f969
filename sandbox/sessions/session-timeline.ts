/** The state of a session, computed from its record and the current time. No timers, so a restart loses nothing. */
import type { QueuedMessageRecord, SessionRecord, TurnRecord } from '../state/state.ts'

export type SessionState = 'idle' | 'queued' | 'processing' | 'approval_required' | 'completed' | 'failed'

export interface TurnView {
  state: Exclude<SessionState, 'idle'>
  /** When it ended; null before. */
  endedAtMs: number | null
}

/** When the turn asks for approval, or ends when it needs none. */
function workDoneAtMs(turn: TurnRecord): number {
  return turn.acceptedAtMs + turn.queuedMs + turn.workMs
}

/** When the turn will end if nothing else happens; null while it waits for approval. */
export function plannedEndMs(turn: TurnRecord): number | null {
  if (turn.cancelledAtMs !== null) return turn.cancelledAtMs
  if (turn.approvalRequests.length === 0) return workDoneAtMs(turn)
  let lastAnswerMs = 0
  for (const { answer } of turn.approvalRequests) {
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
  const isWaiting =
    nowMs >= workDoneAtMs(turn) && turn.approvalRequests.some(request => request.answer === null)
  return { state: isWaiting ? 'approval_required' : 'processing', endedAtMs: null }
}

/** The state of a session is that of its last turn. */
export function stateAt(session: SessionRecord, nowMs: number): SessionState {
  const last = session.turns.at(-1)
  return last === undefined ? 'idle' : turnAt(last, nowMs).state
}

/**
 * Starts the queued messages whose time has come. After a cancelled turn the queue pauses until the next message is
 * sent, as in Gumloop.
 * @param startTurn makes the turn of a queued message that starts at `atMs`
 */
export function settled(
  session: SessionRecord,
  nowMs: number,
  startTurn: (message: QueuedMessageRecord, atMs: number) => TurnRecord,
): SessionRecord {
  const turns = [...session.turns]
  const queue = [...session.queue]
  for (;;) {
    const last = turns.at(-1)
    const next = queue[0]
    if (next === undefined || (last !== undefined && last.cancelledAtMs !== null)) break
    const endedAtMs = last === undefined ? 0 : turnAt(last, nowMs).endedAtMs
    if (endedAtMs === null) break
    turns.push(startTurn(next, Math.max(endedAtMs, next.createdAtMs)))
    queue.shift()
  }
  return { ...session, turns, queue }
}
