/**
 * One paging contract for every list tool, whichever of Gumloop's three it uses (docs/gumloop-api.md, Pagination). In:
 * `limit` and `next_cursor`; out: `{result, next_cursor, result_count}`. Pure.
 */
import type { Paging } from '../catalog/tool.ts'
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { numberOrNull, textOrNull } from '../shared/wire-value.ts'
import type { Arguments } from './build-request.ts'
import { unknownShape } from './read-response.ts'

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
  const items = itemsOf(paging, value)
  switch (paging.kind) {
    case 'cursor': {
      return page(items, nextCursor(answer))
    }
    case 'page': {
      const current = args.next_cursor === undefined ? 1 : readPosition('p', args.next_cursor)
      const last = numberOrNull(answer.total_pages)
      return page(items, last !== null && current < last ? writePosition('p', current + 1) : null)
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

/**
 * The items, of which there are none only where Gumloop says so. @throws AppError `upstream_invalid` for an answer that
 * has no list, which would look like an empty one.
 */
function itemsOf(paging: Paging, value: unknown): unknown[] {
  if (isObject(value)) {
    const found = value[paging.items]
    if (Array.isArray(found)) return found
    const isNone = found === null || Object.keys(value).length === 0
    if (isNone) return []
  }
  throw unknownShape(value, `a list of ${paging.items.replaceAll('_', ' ')}`, false)
}

/** A cursor is opaque and may be sent as a number; what stands for "none" ends the list. */
function nextCursor({ next_cursor: next }: Record<string, unknown>): string | null {
  if (next === undefined || next === null || next === false || next === 0) return null
  const cursor = textOrNull(next)
  if (cursor === null) throw unknownShape({ next_cursor: next }, 'a page with a readable next_cursor', false)
  return cursor === '' ? null : cursor
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
