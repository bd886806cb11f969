/** Input fields that several admin operations share. */
import { z } from 'zod'
import type { PageRequest } from '../aws/list-page.ts'
import { toTimestamp } from '../shared/clock.ts'

/** A new expiry must be at least this far in the future: anything nearer is a mistake with clocks or units. */
export const MIN_EXPIRY_AHEAD_SECONDS = 60
const NAME_LIMIT_CHARACTERS = 100
const WORD_LIMIT_CHARACTERS = 100
const LIST_LIMIT = 100
const LIST_DEFAULT = 50

/**
 * Control characters, line and paragraph separators, direction overrides, lone surrogates: they could redraw a
 * terminal.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** A display name. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .refine(text => [...text].length <= NAME_LIMIT_CHARACTERS, {
    error: `must be at most ${NAME_LIMIT_CHARACTERS} characters long`,
  })
  .refine(text => !UNPRINTABLE.test(text), { error: 'must not contain control characters' })

/** An expiry at least a minute from now, normalized to our timestamp format; null: never. */
export function expiresAt(nowMs: number) {
  return z
    .string()
    .transform((text, context) => {
      const ms = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : Number.NaN
      const error = expiryError(ms, nowMs)
      if (error === undefined) return toTimestamp(ms)
      context.addIssue({ code: 'custom', message: error })
      return z.NEVER
    })
    .nullable()
}

function expiryError(ms: number, nowMs: number): string | undefined {
  if (Number.isNaN(ms))
    return 'must be a timestamp with a time zone, such as 2027-01-31T12:00:00Z, or null for never'
  if (ms >= Date.UTC(9999, 0)) return 'is too far in the future; use null for never'
  if (ms < nowMs + MIN_EXPIRY_AHEAD_SECONDS * 1000) {
    return `must be at least ${MIN_EXPIRY_AHEAD_SECONDS} seconds from now (server time ${toTimestamp(nowMs)})`
  }
  return undefined
}

/**
 * A list of known words without duplicates, in the given order. `errorOf` returns the error in a word, or undefined.
 */
export function wordList(limit: number, errorOf: (word: string) => string | undefined) {
  const word = z
    .string()
    .max(WORD_LIMIT_CHARACTERS, { abort: true })
    .superRefine((text, context) => {
      const error = errorOf(text)
      if (error !== undefined) context.addIssue({ code: 'custom', message: error })
    })
  return (
    z
      .array(z.unknown())
      .max(limit)
      // Before its words are checked: the limit comes before the work.
      .pipe(z.array(word))
      .transform(list => [...new Set(list)])
  )
}

/** Query of a list: `limit` and the cursor of the previous page, both as text. */
export const listQuery = z.strictObject({
  limit: z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return LIST_DEFAULT
      const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
      if (limit >= 1 && limit <= LIST_LIMIT) return limit
      context.addIssue({ code: 'custom', message: `must be a whole number from 1 to ${LIST_LIMIT}` })
      return z.NEVER
    }),
  next_cursor: z.string().max(1_000).optional(),
})

/** The page that a list query requests, in the form that the stores take. */
export function toPage({ limit, next_cursor }: z.output<typeof listQuery>): PageRequest {
  return next_cursor === undefined ? { limit } : { limit, cursor: next_cursor }
}

/** One page of a list as the API shows it. */
export interface ListAnswer<T> {
  result: T[]
  /** Send it back unchanged as `next_cursor` for the next page; null on the last page. */
  next_cursor: string | null
  result_count: number
}

export function listAnswer<T>(result: T[], nextCursor: string | null): ListAnswer<T> {
  return { result, next_cursor: nextCursor, result_count: result.length }
}
