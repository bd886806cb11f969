/** What the rooms to the right may ask of the call log. Two readers keep it: `log-group.ts`, and the local server's own. */

export interface LogSearch {
  /** Every line found is one JSON object with these values at its top: name → exact text. */
  fields: Record<string, string>
  /** Epoch ms, inclusive. */
  fromMs: number
  /** Epoch ms, inclusive. */
  untilMs: number
  limit: number
  /** `nextCursor` of the page before: goes on where that one stopped, within that one's time. */
  cursor?: string
}

export interface LogPage {
  /** JSON objects as they were logged, newest first. */
  lines: Record<string, unknown>[]
  /**
   * Where to go on; null: everything was looked at. There may be fewer lines than `limit` beside a cursor, since one
   * search looks at a bounded part of the log.
   */
  nextCursor: string | null
}

export interface LogReader {
  /** Throws `invalid_arguments` for a cursor that it did not give, `internal` when the log cannot be read. */
  search(search: LogSearch): Promise<LogPage>
}
