/** Records that Gumloop rejects an account's key, so that the administrator sees it before users complain. */
import type { TableReader } from '../aws/table-access.ts'
import { toTimestamp } from '../shared/clock.ts'
import { accountKey } from './account.ts'

/**
 * Sets the account to `needs_reauth`. Called when Gumloop still rejects the key after `refresh`; writes once, not
 * for every rejected call. Storing new credentials sets the account back to `ready`.
 */
export async function markNeedsReauth(
  table: Pick<TableReader, 'updateItem'>,
  accountId: string,
  nowMs: number,
): Promise<void> {
  await table.updateItem(accountKey(accountId), {
    expression: 'SET #state = :needs_reauth, refused_at = :now',
    condition: 'attribute_exists(pk) AND #state <> :needs_reauth',
    names: { '#state': 'state' },
    values: { ':needs_reauth': 'needs_reauth', ':now': toTimestamp(nowMs) },
    proof: 'repeatable',
  })
}

/** Sets an account that needs new credentials back to `ready`: Gumloop accepts its key after all. */
export async function clearNeedsReauth(
  table: Pick<TableReader, 'updateItem'>,
  accountId: string,
): Promise<void> {
  await table.updateItem(accountKey(accountId), {
    expression: 'SET #state = :ready, refused_at = :null',
    condition: 'attribute_exists(pk) AND #state = :needs_reauth',
    names: { '#state': 'state' },
    values: { ':needs_reauth': 'needs_reauth', ':ready': 'ready', ':null': null },
    proof: 'repeatable',
  })
}
