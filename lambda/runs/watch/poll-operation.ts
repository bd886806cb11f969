/** How the poller calls Gumloop: with the account's key, and briefly, so that one hung answer delays no end for long. */
import type { GumloopHosts } from '../../gumloop/build-request.ts'
import type { GumloopCredentials } from '../../gumloop/credentials.ts'
import { bindOperation } from '../../gumloop/operation.ts'
import type { PollDeps } from './poll-run.ts'

/** For a whole poll: the run and, at its end, its artifacts. */
const POLL_TIMEOUT_MS = 12_000

export function pollOperation({
  hosts,
  credentials,
  timeoutMs = POLL_TIMEOUT_MS,
}: {
  hosts: GumloopHosts
  credentials: {
    get(accountId: string): Promise<GumloopCredentials>
    refresh(accountId: string): Promise<GumloopCredentials>
  }
  timeoutMs?: number
}): PollDeps['operation'] {
  return async accountId =>
    bindOperation({
      hosts,
      credentials: await credentials.get(accountId),
      refreshCredentials: () => credentials.refresh(accountId),
      deadlineMs: Date.now() + timeoutMs,
    })
}
