/** Collects validation errors: a bounded number, of bounded length, whatever the input is. */
import { cutText } from './cut-text.ts'
import type { ValidationError } from './errors.ts'

/** More errors are not useful to a caller; they are only counted. */
export const MAX_ERRORS = 20
const MAX_PATH_CHARACTERS = 200
const MAX_MESSAGE_CHARACTERS = 1000

export class ErrorList {
  readonly #errors: ValidationError[] = []
  #count = 0

  /** Number of errors added so far, including those beyond the limit. */
  get count(): number {
    return this.#count
  }

  /**
   * Adds an error. An expensive message is a function, which is called only for errors that are shown.
   * @param path dotted, empty for the whole input
   */
  add(path: string, message: string | (() => string)): void {
    this.#count++
    if (this.#errors.length >= MAX_ERRORS) return
    const text = typeof message === 'string' ? message : message()
    this.#errors.push({
      path: cutText(path, MAX_PATH_CHARACTERS),
      message: cutText(text, MAX_MESSAGE_CHARACTERS),
    })
  }

  /** The first 20 errors, and how many more there are. */
  toArray(): ValidationError[] {
    const excess = this.#count - this.#errors.length
    if (excess === 0) return [...this.#errors]
    return [...this.#errors, { path: '', message: `and ${excess} more ${excess === 1 ? 'error' : 'errors'}` }]
  }
}
