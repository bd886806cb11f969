/** How the poller calls Gumloop: with the account's key, and briefly, so that one hung answer delays no end for long. */
import { credentialGeneration, hasSameOwner, NO_GENERATION } from '../../accounts/credential-generation.ts'
import type { GumloopHosts } from '../../gumloop/build-request.ts'
import type { GumloopCredentials } from '../../gumloop/credentials.ts'
import { bindOperation } from '../../gumloop/operation.ts'
import { AppError } from '../../shared/errors.ts'
import type { RunRef } from '../run.ts'
import type { PollDeps } from './poll-run.ts'

/** For a whole poll: the run and, at its end, its artifacts. */
const POLL_TIMEOUT_MS = 12_000

export function pollOperation({
  hosts,
  credentials,
  timeoutMs = POLL_TIMEOUT_MS,
  signal,
}: {
  hosts: GumloopHosts
  credentials: {
    get(accountId: string): Promise<GumloopCredentials>
    refresh(accountId: string): Promise<GumloopCredentials>
  }
  timeoutMs?: number
  /** Aborts the polls that are under way. */
  signal?: AbortSignal
}): PollDeps['operation'] {
  return async run => {
    const { accountId } = run
    const isOwner = (current: GumloopCredentials) => ownsRun(run, current, hosts)
    const refreshCredentials = async () => {
      const fresh = await credentials.refresh(accountId)
      if (isOwner(fresh)) return fresh
      throw new AppError('account_not_configured', 'The account has the credentials of another owner by now.')
    }
    const stored = await credentials.get(accountId)
    return bindOperation({
      hosts,
      credentials: isOwner(stored) ? stored : await refreshCredentials(),
      refreshCredentials,
      deadlineMs: Date.now() + timeoutMs,
      ...(signal !== undefined && { signal }),
    })
  }
}

/**
 * Whether a watch may go on with these credentials. A new key of the same owner is no reason to lose the end of a run,
 * nor is an update of this server: what a watch without a generation records, no caller can read.
 */
function ownsRun(
  { accountId, generation }: RunRef,
  current: GumloopCredentials,
  hosts: GumloopHosts,
): boolean {
  return (
    generation === NO_GENERATION || hasSameOwner(generation, credentialGeneration(accountId, current, hosts))
  )
}
