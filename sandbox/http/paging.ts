/** Gumloop's cursor paging: `page_size` and an opaque `cursor` in, `next_cursor` (null at the end) out. */
import { createHash } from 'node:crypto'
import { Refusal } from './error-response.ts'
import type { JsonObject } from './request-check.ts'

const PAGE_SIZE_DEFAULT = 20

export interface Page<T> {
  entries: T[]
  nextCursor: string | null
}

/** What a cursor belongs to: a cursor of another listing, or of the same with other filters, is refused. */
function fingerprint(listing: string, query: JsonObject): string {
  const { page_size: _size, cursor: _cursor, ...filters } = query
  const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([listing, sorted]))
    .digest('base64url')
    .slice(0, 8)
}

function decode(cursor: string, mark: string): string {
  const [found, after, rest] = Buffer.from(cursor, 'base64url').toString('utf8').split('|')
  if (found !== mark || after === undefined || after === '' || rest !== undefined) {
    throw new Refusal(400, 'invalid_cursor', 'cursor is not one that this listing gave out.', {
      param: 'cursor',
    })
  }
  return after
}

/**
 * One page of `all`, which is sorted already.
 * @param listing names the listing, path parameters included
 * @param idOf what tells entries apart: the cursor names the last one shown, so entries added before it move nothing
 * @throws Refusal 400 `invalid_cursor`
 */
export function pageOf<T>(all: T[], listing: string, query: JsonObject, idOf: (entry: T) => string): Page<T> {
  const mark = fingerprint(listing, query)
  const pageSize = typeof query.page_size === 'number' ? query.page_size : PAGE_SIZE_DEFAULT
  let start = 0
  if (typeof query.cursor === 'string') {
    const after = decode(query.cursor, mark)
    start = all.findIndex(entry => idOf(entry) === after) + 1
    if (start === 0) {
      throw new Refusal(
        400,
        'invalid_cursor',
        'cursor points at an entry that is gone; start over without it.',
        {
          param: 'cursor',
        },
      )
    }
  }
  const entries = all.slice(start, start + pageSize)
  const last = entries.at(-1)
  const hasMore = start + pageSize < all.length
  const nextCursor =
    hasMore && last !== undefined ? Buffer.from(`${mark}|${idOf(last)}`).toString('base64url') : null
  return { entries, nextCursor }
}
