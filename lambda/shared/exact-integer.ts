/** Integers that a JavaScript number cannot hold: read, kept and written digit by digit. */
import { randomBytes } from 'node:crypto'

/**
 * Marks an integer in a string while it passes through `JSON.parse` and `JSON.stringify`, which know numbers alone
 * (Node 20 has neither `JSON.rawJSON` nor the source text in revivers). Random, so that no text from outside has it; its
 * first character is rare, which makes the search for it fast.
 */
export const EXACT_MARK = `¤${randomBytes(16).toString('hex')}:`

/** An integer beyond 2^53 as it was written. Never make one by hand: `parseJson` does. */
export class ExactInteger {
  /** `-?[1-9][0-9]*` */
  readonly digits: string
  constructor(digits: string) {
    this.digits = digits
  }
  /** The digits, so that `String(value)` is exact. */
  toString(): string {
    return this.digits
  }
  /** For `toJson` alone, which writes the digits as a number. */
  toJSON(): string {
    return EXACT_MARK + this.digits
  }
}
