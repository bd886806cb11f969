/** A watch for tests of pure functions: its second poller polls a session that was last seen queued. */
import type { Watch, WatchedTurn } from '../../../../lambda/runs/watch/watch.ts'

export const NOW_MS = Date.parse('2026-11-22T12:00:00Z')

export function turnOf(over: Partial<WatchedTurn> = {}): WatchedTurn {
  return {
    watchId: 'w1',
    run: { kind: 'session', accountId: 'acme', generation: 'owner-key', id: 'ses_1' },
    turnId: 'msg_1',
    connectorId: 'c1',
    state: 'queued',
    details: {
      answer: null,
      outputs: null,
      artifacts: null,
      cost: null,
      pending_approvals: [],
      failure: null,
      agent_id: null,
      agent_name: null,
      queue_position: null,
    },
    beganAtMs: NOW_MS - 60_000,
    deadlineMs: NOW_MS + 86_400_000,
    polls: 3,
    failures: 1,
    nextPollAtMs: NOW_MS + 3000,
    upstreamBeganAtMs: null,
    upstreamEndedAtMs: null,
    doubt: null,
    unsentEvents: [],
    ...over,
  }
}

export function watchOf(over: Partial<Watch> = {}): Watch {
  return {
    ...turnOf(),
    attempt: 2,
    outcome: null,
    polledAtMs: NOW_MS - 5000,
    endedAtMs: null,
    event: null,
    ...over,
  }
}
