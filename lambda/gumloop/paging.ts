/**
 * One paging contract for every list tool, whichever of Gumloop's three it uses (docs/gumloop-api.md, Pagination). In:
 * `limit` and `next_cursor`; out: `{result, next_cursor, result_count}`. Pure.
 */
import type { Paging } from '../catalog/tool.ts'
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import type { Arguments } from './build-request.ts'

const DEFAULT_LIMIT = 20

export interface ListPage {
  result: unknown[]
  /** Send it back unchanged for the next page; null on the last page. */
  next_cursor: string | null
  result_count: number
}

/**
 * `limit` and `next_cursor` of a call as the fields of Gumloop's contract. @throws AppError `invalid_arguments` for a
 * cursor that is not ours.
 */
export function toUpstreamPage(paging: Paging, args: Arguments): Arguments {
  const { limit = DEFAULT_LIMIT, next_cursor: cursor, ...rest } = args
  switch (paging.kind) {
    case 'cursor': // `page_size` is always sent, since some endpoints page only if it is
      return { ...rest, page_size: limit, ...(cursor !== undefined && { cursor }) }
    case 'page':
      return { ...rest, page_size: limit, page: cursor === undefined ? 1 : readPosition('p', cursor) }
    case 'none':
      if (cursor !== undefined) readPosition('o', cursor) // an error before anything is sent
      return rest
  }
}

/** Gumloop's response as one page. `matches` filters the items where Gumloop cannot. */
export function toListPage(
  paging: Paging,
  args: Arguments,
  value: unknown,
  matches: (item: unknown) => boolean = () => true,
): ListPage {
  const answer = isObject(value) ? value : {}
  const found = answer[paging.items]
  const items = Array.isArray(found) ? found : []
  switch (paging.kind) {
    case 'cursor': {
      const next = answer.next_cursor
      return page(items, typeof next === 'string' && next !== '' ? next : null)
    }
    case 'page': {
      const current = args.next_cursor === undefined ? 1 : readPosition('p', args.next_cursor)
      const last = Number(answer.total_pages)
      return page(items, Number.isInteger(last) && current < last ? writePosition('p', current + 1) : null)
    }
    case 'none': {
      const limit = typeof args.limit === 'number' ? args.limit : DEFAULT_LIMIT
      const offset = args.next_cursor === undefined ? 0 : readPosition('o', args.next_cursor)
      const all = items.filter(matches)
      const end = offset + limit
      return page(all.slice(offset, end), end < all.length ? writePosition('o', end) : null)
    }
  }
}

function page(result: unknown[], next_cursor: string | null): ListPage {
  return { result, next_cursor, result_count: result.length }
}

/** Our own cursors are opaque to callers: `o` is an item offset, `p` a page number. */
export function writePosition(kind: 'o' | 'p', position: number): string {
  return Buffer.from(`${kind}:${position}`).toString('base64url')
}

function readPosition(kind: 'o' | 'p', cursor: unknown): number {
  const text =
    typeof cursor === 'string' && cursor.length < 40 ? Buffer.from(cursor, 'base64url').toString() : ''
  const match = /^([op]):(\d{1,9})$/.exec(text)
  if (match?.[1] !== kind) {
    const errors = [
      {
        path: 'next_cursor',
        message: 'is not a cursor of this list: send it back unchanged, or leave it out',
      },
    ]
    throw new AppError('invalid_arguments', 'Invalid next_cursor.', { errors })
  }
  return Number(match[2])
}
