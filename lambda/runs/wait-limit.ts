/** How long a call may wait for a run (docs/protocol.md, Limits; docs/long-runs.md). */

/**
 * Without progress: clients give up on a call after about a minute. It is also what a wait lasts where the caller does
 * not say, and the default that the catalog shows for `wait_seconds`.
 */
export const WAIT_SECONDS_WITHOUT_PROGRESS = 50

/** With progress, where the stage does not set `maxWaitSeconds`. */
export const MAX_WAIT_SECONDS_DEFAULT = 300
