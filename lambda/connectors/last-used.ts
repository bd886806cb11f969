/** Maintains `last_used_at` of API tokens to the minute, with at most one write per minute and item. */
import type { ItemKey, TableReader } from '../aws/table-access.ts'
import { toTimestamp } from '../shared/clock.ts'

const MINUTE_MS = 60_000
/** Of concurrent uses in a minute one writes. */
export const NOT_YET_THIS_MINUTE =
  'attribute_exists(pk) AND (attribute_not_exists(last_used_at) OR last_used_at < :minute)'

/** The minute to write; undefined where the item, as just read, already has it. */
export function minuteToWrite(lastUsedAt: string | null, nowMs: number): string | undefined {
  const minute = toTimestamp(nowMs - (nowMs % MINUTE_MS))
  return lastUsedAt !== null && lastUsedAt >= minute ? undefined : minute
}

/**
 * Writes the current minute into the item, unless `lastUsedAt` (as just read) already has it; of concurrent writes
 * one wins. Does not change `version`, so that use never conflicts with an administrator's change.
 */
export async function recordUse(
  table: Pick<TableReader, 'updateItem'>,
  key: ItemKey,
  lastUsedAt: string | null,
  nowMs: number,
): Promise<void> {
  const minute = minuteToWrite(lastUsedAt, nowMs)
  if (minute === undefined) return
  await table.updateItem(key, {
    expression: 'SET last_used_at = :minute',
    condition: NOT_YET_THIS_MINUTE,
    values: { ':minute': minute },
    proof: 'repeatable',
  })
}
