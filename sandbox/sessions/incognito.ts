/** Incognito sessions: what was said can be read for a minute after the run, then it is erased. */
import { ApiError } from '../http/error-response.ts'
import type { SandboxState, SessionRecord } from '../state/state.ts'
import { turnAt } from './session-timeline.ts'

/** How long the end of a run can be fetched. */
const READABLE_MS = 60_000
const ERASED = ''

/** Whether what was said in this turn is gone. */
export const isErased = (session: SessionRecord, turnId: string): boolean =>
  session.isIncognito && session.turns.find(turn => turn.id === turnId)?.input === ERASED

/** Erases messages and files whose time is over. Returns whether the state has changed. */
export function eraseIncognito(state: SandboxState, nowMs: number): boolean {
  let hasChanged = false
  for (const session of state.sessions) {
    if (!session.isIncognito) continue
    for (const turn of session.turns) {
      const { endedAtMs } = turnAt(turn, nowMs)
      if (turn.input === ERASED || endedAtMs === null || nowMs < endedAtMs + READABLE_MS) continue
      turn.input = ERASED
      turn.attachments = []
      for (const { answer } of turn.approvalRequests) if (answer !== null) answer.values = {}
      session.files = []
      hasChanged = true
    }
  }
  return hasChanged
}

/** @throws ApiError 403: what waits would have to be stored */
export function refuseIncognito(session: SessionRecord, what: string): void {
  if (!session.isIncognito) return
  throw new ApiError(403, 'incognito_session_unsupported', `An incognito session has no ${what}.`)
}
