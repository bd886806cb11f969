/** Integers that a JavaScript number cannot represent, stored as their digits. */
import { randomBytes } from 'node:crypto'

/**
 * Marks an integer in a string while it passes through `JSON.parse` and `JSON.stringify`, which support only numbers
 * (Node 20 has neither `JSON.rawJSON` nor the source text in revivers). Random, so that no external text contains it;
 * its first character is rare, which makes searching for it fast.
 */
export const EXACT_MARK = `¤${randomBytes(16).toString('hex')}:`

/** An integer beyond 2^53 as it was written. Only `parseJson` creates it. */
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
  /** Only for `toJson`, which writes the digits as a number. */
  toJSON(): string {
    return EXACT_MARK + this.digits
  }
}
