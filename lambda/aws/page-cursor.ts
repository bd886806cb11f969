/** Opaque cursors of lists: where the next page starts. A cursor cannot lead out of the list's partition. Pure. */
import { AppError } from '../shared/errors.ts'
import { TABLE } from '../shared/names.ts'
import type { Item } from './attribute-value.ts'
import type { TableQuery } from './table-access.ts'

/** The characters of our keys: a cursor with any others was not created here. */
const KEY_PART = /^[\x21-\x7e]{1,300}$/

/** The cursor for the position after `last`. It does not contain the partition, which comes from the request. */
export function encodeCursor(last: Item): string {
  const parts = [last[TABLE.partitionKey], last[TABLE.sortKey], last[TABLE.listSortKey]]
  return Buffer.from(JSON.stringify(parts.filter(part => part !== undefined))).toString('base64url')
}

/**
 * The key that a cursor encodes, within `partition`. Throws `invalid_arguments` for a cursor that no list has returned.
 */
export function decodeCursor(
  cursor: string,
  { partition, index }: Pick<TableQuery, 'partition' | 'index'>,
): Item {
  const [pk, sk, listPosition] = readParts(cursor)
  if (index === 'table') {
    if (pk !== partition || sk === undefined || listPosition !== undefined) throw invalidCursor()
    return { [TABLE.partitionKey]: pk, [TABLE.sortKey]: sk }
  }
  if (pk === undefined || sk === undefined || listPosition === undefined) throw invalidCursor()
  return {
    [TABLE.partitionKey]: pk,
    [TABLE.sortKey]: sk,
    [TABLE.listPartitionKey]: partition,
    [TABLE.listSortKey]: listPosition,
  }
}

function readParts(cursor: string): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.every(part => typeof part === 'string' && KEY_PART.test(part)))
      return parts
  } catch {
    // Not JSON: not one of ours.
  }
  throw invalidCursor()
}

/** The error for a `next_cursor` that no page of this list has returned. */
export function invalidCursor(): AppError {
  const message = 'use the next_cursor of the previous page unchanged, or leave it out'
  return new AppError('invalid_arguments', 'next_cursor is not a cursor of this list.', {
    errors: [{ path: 'next_cursor', message }],
  })
}
