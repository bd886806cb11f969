/**
 * Decides from the answers to calls whether an account needs new credentials. One refusal may come from a proxy, or of a
 * key that has just been replaced, so it counts only once it is repeated without a success in between.
 */
import type { TableReader } from '../aws/table-access.ts'
import type { Clock } from '../shared/clock.ts'
import { clearNeedsReauth, markNeedsReauth } from './account-state.ts'

export interface KeyHealth {
  /** Gumloop refused the account's key, also after it was read again. */
  refused(accountId: string): Promise<void>
  /** Gumloop accepted it. Costs nothing unless this process saw it refused before. */
  accepted(accountId: string): Promise<void>
}

const BELIEVED_AFTER_MS = 5_000

/** What it knows is of this process; the state itself is in the table. A write that fails is made again by a later call. */
export function createKeyHealth(table: Pick<TableReader, 'updateItem'>, now: Clock): KeyHealth {
  const refusedSinceMs = new Map<string, number>()
  return {
    async refused(accountId) {
      const sinceMs = refusedSinceMs.get(accountId)
      if (sinceMs === undefined) refusedSinceMs.set(accountId, now())
      else if (now() - sinceMs >= BELIEVED_AFTER_MS) await markNeedsReauth(table, accountId, now())
    },

    async accepted(accountId) {
      if (!refusedSinceMs.has(accountId)) return
      await clearNeedsReauth(table, accountId)
      refusedSinceMs.delete(accountId)
    },
  }
}
