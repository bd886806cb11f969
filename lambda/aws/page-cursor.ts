/** Opaque cursors for lists: where the next page starts, without the caller being able to leave its partition. Pure. */
import { AppError } from '../shared/errors.ts'
import { TABLE } from '../shared/names.ts'
import type { Item } from './attribute-value.ts'
import type { TableQuery } from './table-access.ts'

/** The characters of our keys: whatever else a cursor holds was not made here. */
const KEY_PART = /^[\x21-\x7e]{1,300}$/

/** The cursor that stands for the place after `last`. The partition is left out: it comes from the request, not from the cursor. */
export function encodeCursor(last: Item): string {
  const parts = [last[TABLE.partitionKey], last[TABLE.sortKey], last[TABLE.listSortKey]]
  return Buffer.from(JSON.stringify(parts.filter(part => part !== undefined))).toString('base64url')
}

/** The key a cursor stands for, within `partition`. Throws `invalid_arguments` for what no list has given out. */
export function decodeCursor(
  cursor: string,
  { partition, index }: Pick<TableQuery, 'partition' | 'index'>,
): Item {
  const [pk, sk, listPosition] = readParts(cursor)
  if (index === 'table') {
    if (pk !== partition || sk === undefined || listPosition !== undefined) throw unknownCursor()
    return { [TABLE.partitionKey]: pk, [TABLE.sortKey]: sk }
  }
  if (pk === undefined || sk === undefined || listPosition === undefined) throw unknownCursor()
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
  throw unknownCursor()
}

function unknownCursor(): AppError {
  return new AppError('invalid_arguments', 'next_cursor is not a cursor that this list gave.', {
    errors: [
      { path: 'next_cursor', message: 'pass on unchanged what the page before gave, or leave it out' },
    ],
  })
}
