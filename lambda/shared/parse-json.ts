/** Parses external JSON without losing digits of integers beyond 2^53. Pure. */
import { EXACT_MARK, ExactInteger } from './exact-integer.ts'

/** A number of 16 or more digits outside of a string, or something that looks like one. */
const PERHAPS_EXACT = /(?:^|[\s:,[])-?[1-9]\d{15}/
/** A whole integer of 16 or more digits, not part of another number or a key. */
const LONG_INTEGER = /(?<![\w.+-])-?[1-9]\d{15,}(?=\s*(?:[,\]}]|$))/g

/**
 * Like `JSON.parse`, but an integer that a number cannot represent becomes an `ExactInteger`.
 * @throws SyntaxError for what is not JSON; its message quotes the text, so it is not for callers or logs.
 */
export function parseJson(text: string): unknown {
  if (!PERHAPS_EXACT.test(text)) return JSON.parse(text)
  return JSON.parse(withMarks(text), (_name, value: unknown) =>
    typeof value === 'string' && value.startsWith(EXACT_MARK)
      ? new ExactInteger(value.slice(EXACT_MARK.length))
      : value,
  )
}

/** The text with every unsafe integer as a marked string. Strings do not change; invalid JSON stays invalid. */
function withMarks(text: string): string {
  const parts: string[] = []
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at)
    parts.push(text.slice(at, quote < 0 ? undefined : quote).replace(LONG_INTEGER, marked))
    if (quote < 0) break
    const next = endOfString(text, quote)
    parts.push(text.slice(quote, next))
    at = next
  }
  return parts.join('')
}

function marked(integer: string): string {
  return Number.isSafeInteger(Number(integer)) ? integer : `"${EXACT_MARK}${integer}"`
}

/** The index after the closing quote of the string that starts at `quote`. */
function endOfString(text: string, quote: number): number {
  for (let at = quote + 1; ; ) {
    const end = text.indexOf('"', at)
    if (end < 0) return text.length
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end + 1
    at = end + 1
  }
}
