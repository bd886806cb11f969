/**
 * Whether a caller that was let in may still go on: decided again from fresh items while a call is open, by the rules of
 * the first decision (`authenticate.ts`).
 */
import type { Item } from '../aws/attribute-value.ts'
import type { ItemKey, TableReader } from '../aws/table-access.ts'
import type { ConnectorConfig } from '../connectors/connector.ts'

export interface Permit {
  /** The connector's item and, where the call came with one, the API token's and those of its ancestors. */
  keys: readonly ItemKey[]
  /** The connector's config by these items, in the order of `keys`; undefined: the caller would be rejected now. */
  configFrom(items: readonly (Item | undefined)[], nowMs: number): ConnectorConfig | undefined
  /** Reads the items of `keys`, consistently. @throws AppError `internal` when the table cannot be read. */
  read(): Promise<(Item | undefined)[]>
}

export function createPermit(
  keys: readonly ItemKey[],
  configFrom: Permit['configFrom'],
  table: Pick<TableReader, 'getItem'>,
): Permit {
  return {
    keys,
    configFrom,
    read: () => Promise.all(keys.map(key => table.getItem(key, { consistent: true }))),
  }
}
