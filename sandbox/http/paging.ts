/** Gumloop's cursor paging: takes `page_size` and an opaque `cursor`, returns `next_cursor` (null on the last page). */
import { createHash } from 'node:crypto'
import { ApiError } from './error-response.ts'
import type { JsonObject } from './request-check.ts'

const PAGE_SIZE_DEFAULT = 20

export interface Page<T> {
  entries: T[]
  nextCursor: string | null
}

/** Identifies a listing and its filters, so that a cursor of another listing or other filters is rejected. */
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
    throw new ApiError(400, 'invalid_cursor', 'cursor does not belong to this listing.', {
      param: 'cursor',
    })
  }
  return after
}

/**
 * One page of `all`, which must be sorted.
 * @param listing names the listing, including its path parameters
 * @param idOf the unique id of an entry. The cursor holds the last one shown, so that new entries shift nothing
 * @throws ApiError 400 `invalid_cursor`
 */
export function pageOf<T>(all: T[], listing: string, query: JsonObject, idOf: (entry: T) => string): Page<T> {
  const mark = fingerprint(listing, query)
  const pageSize = typeof query.page_size === 'number' ? query.page_size : PAGE_SIZE_DEFAULT
  let start = 0
  if (typeof query.cursor === 'string') {
    const after = decode(query.cursor, mark)
    start = all.findIndex(entry => idOf(entry) === after) + 1
    if (start === 0) {
      throw new ApiError(
        400,
        'invalid_cursor',
        'cursor points to an entry that no longer exists. Start over without a cursor.',
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
