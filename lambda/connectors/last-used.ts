/** Keeps `last_used_at` true to the minute, at one cheap write a minute for each thing in use. */
import type { ItemKey, TableReader } from '../aws/table-access.ts'
import { toTimestamp } from '../shared/clock.ts'

const MINUTE_MS = 60_000

/**
 * Writes the running minute into the item, unless `lastUsedAt` (what was just read) already has it; of several at once
 * one wins. Leaves `version` alone: being used is no change that an administrator could collide with.
 */
export async function recordUse(
  table: Pick<TableReader, 'updateItem'>,
  key: ItemKey,
  lastUsedAt: string | null,
  nowMs: number,
): Promise<void> {
  const minute = toTimestamp(nowMs - (nowMs % MINUTE_MS))
  if (lastUsedAt !== null && lastUsedAt >= minute) return
  await table.updateItem(key, {
    expression: 'SET last_used_at = :minute',
    condition: 'attribute_exists(pk) AND (attribute_not_exists(last_used_at) OR last_used_at < :minute)',
    values: { ':minute': minute },
  })
}
