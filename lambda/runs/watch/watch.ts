/** A watch: what is recorded of one turn of a run while it is tracked to completion. Pure. */
import type { Value } from '../../aws/attribute-value.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import type { RunDetails } from '../observe/run-snapshot.ts'
import type { RunRef } from '../run.ts'

/**
 * How watching ended. `finished`: Gumloop says that the run is over. `superseded`: a newer message set the session
 * going again before its end was observed. `gave_up`: the deadline came first. `deleted`: the run no longer exists at
 * Gumloop. `refused`: the account's key may not read it (any more).
 */
export type WatchOutcome = 'finished' | 'superseded' | 'gave_up' | 'deleted' | 'refused'
export const WATCH_OUTCOMES: readonly WatchOutcome[] = [
  'finished',
  'superseded',
  'gave_up',
  'deleted',
  'refused',
]

/** `detail` of the event `Gumloop Run Finished` (`completion-event.ts`). */
export type CompletionEvent = Record<string, Value>

/** Errors that end a watch once they are repeated: one of them may come from a proxy, or from a Gumloop that is restarting. */
export const DOUBTFUL_CODES = [
  'not_found',
  'credentials_refused',
  'account_not_configured',
  'forbidden',
  'upstream_rejected',
  'invalid_arguments',
] as const satisfies readonly ErrorCode[]

export interface Doubt {
  code: (typeof DOUBTFUL_CODES)[number]
  /** When it was first answered, epoch ms. */
  sinceMs: number
  count: number
}

/** What is known of a turn and of polling it. */
export interface WatchedTurn {
  watchId: string
  run: RunRef
  turnId: string
  /** The connector whose call started the watch. */
  connectorId: string
  /** As Gumloop last named it; null: it named none. */
  state: string | null
  details: RunDetails
  /** When the turn was first observed, by our clock: its age is counted from here. */
  beganAtMs: number
  /** The turn by Gumloop's clock, which may differ from ours: epoch ms, null while unknown. */
  upstreamBeganAtMs: number | null
  upstreamEndedAtMs: number | null
  /** When watching is given up. */
  deadlineMs: number
  polls: number
  /** Polls in a row without an answer. */
  failures: number
  /** An answer that would end the watch, and is believed once it is repeated; null: there was none since the last success. */
  doubt: Doubt | null
  nextPollAtMs: number
  /** Events of ended attempts that were replaced before their event was sent: the poller sends them first. */
  unsentEvents: CompletionEvent[]
}

/** A turn with its place in the state machine of `watch-machine.ts`, which alone decides these fields. */
export interface Watch extends WatchedTurn {
  /** Number of the poller, from 1: a new one replaces one that stopped responding. */
  attempt: number
  /** Null while it is watched. */
  outcome: WatchOutcome | null
  /** When the run was last observed. */
  polledAtMs: number
  /** When its end was recorded. */
  endedAtMs: number | null
  /** Whether `Gumloop Run Finished` has been sent; null: it never will be, since nobody watched. */
  event: 'pending' | 'sent' | null
}
