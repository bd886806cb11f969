/** How higher layers read the call log. Two implementations: `log-group.ts`, and the local server's log file reader. */

export interface LogSearch {
  /** Top-level fields that a matching JSON line has: name → exact value. */
  fields: Record<string, string>
  /** Epoch ms, inclusive. */
  fromMs: number
  /** Epoch ms, inclusive. */
  untilMs: number
  limit: number
  /** `nextCursor` of the previous page: continues where it ended, within its time range. */
  cursor?: string
}

export interface LogPage {
  /** JSON objects as they were logged, newest first. */
  lines: Record<string, unknown>[]
  /**
   * Where to continue; null: everything was searched. A page with a cursor may have fewer lines than `limit`, since one
   * search scans a bounded part of the log.
   */
  nextCursor: string | null
}

export interface LogReader {
  /** Throws `invalid_arguments` for a cursor that it did not return, `internal` when the log cannot be read. */
  search(search: LogSearch): Promise<LogPage>
}
