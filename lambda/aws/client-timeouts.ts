/**
 * Limits of every AWS client of ours: without them, a service that accepts a connection and never answers holds a request
 * for as long as the function may run.
 */
export const CLIENT_TIMEOUTS = {
  /** Of one attempt; there are at most four. */
  connectionTimeout: 2_000,
  requestTimeout: 3_000,
  /** Without it, the client only logs that the time is over. */
  throwOnRequestTimeout: true,
} as const
