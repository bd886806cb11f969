/** Records the use of a connector: when, from which network, and that it came back after a long silence. */
import { newWriteId } from '../aws/conditional-write.ts'
import type { TableReader } from '../aws/table-access.ts'
import { toTimestamp } from '../shared/clock.ts'
import { SILENCE_DAYS } from '../shared/names.ts'
import type { ConnectorRecord } from './connector.ts'
import { connectorKey } from './connector-item.ts'
import { minuteToWrite, NOT_YET_THIS_MINUTE } from './last-used.ts'

const DAY_MS = 86_400_000

/** The first use of a connector after `SILENCE_DAYS` without one: `detail` of its event. */
export interface ReturnAfterSilence {
  /** The same in every copy of the same event. */
  id: string
  connector_id: string
  connector_name: string
  account_id: string
  used_at: string
  used_from: string | null
  /** The use before. */
  last_used_at: string
  last_used_from: string | null
  silent_days: number
}

/**
 * Writes the current minute and the network into the connector, at most once a minute and not as a change of its
 * version. Of several calls at the same time one writes, and that one alone returns the end of a silence, if it is one.
 */
export async function recordConnectorUse(
  table: Pick<TableReader, 'updateItem'>,
  { id, name, account_id, last_used_at, last_used_from }: ConnectorRecord,
  nowMs: number,
  network: string | undefined,
): Promise<ReturnAfterSilence | undefined> {
  const minute = minuteToWrite(last_used_at, nowMs)
  if (minute === undefined) return undefined
  const silentDays = last_used_at === null ? 0 : Math.floor((nowMs - Date.parse(last_used_at)) / DAY_MS)
  const from = network === undefined ? undefined : { ':network': network }
  const set = `last_used_at = :minute${from === undefined ? '' : ', last_used_from = :network'}`
  const remove = from === undefined ? ' REMOVE last_used_from' : ''
  if (last_used_at === null || silentDays < SILENCE_DAYS) {
    await table.updateItem(connectorKey(id), {
      expression: `SET ${set}${remove}`,
      condition: NOT_YET_THIS_MINUTE,
      values: { ':minute': minute, ...from },
      proof: 'repeatable',
    })
    return undefined
  }
  // On top of the very use that was read, with a value of its own: so one call finds the end of this silence.
  const returnId = newWriteId()
  const isFirst = await table.updateItem(connectorKey(id), {
    expression: `SET ${set}, last_return_id = :return${remove}`,
    condition: 'attribute_exists(pk) AND last_used_at = :before',
    values: { ':minute': minute, ':before': last_used_at, ':return': returnId, ...from },
    proof: { last_return_id: returnId },
  })
  if (!isFirst) return undefined
  return {
    id: returnId,
    connector_id: id,
    connector_name: name,
    account_id,
    used_at: toTimestamp(nowMs),
    used_from: network ?? null,
    last_used_at,
    last_used_from,
    silent_days: silentDays,
  }
}
