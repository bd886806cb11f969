/**
 * Reads a log group of CloudWatch Logs through the official client, newest lines first. Only administration uses it.
 */
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
  InvalidParameterException,
} from '@aws-sdk/client-cloudwatch-logs'
import { AppError } from '../shared/errors.ts'
import { CLIENT_TIMEOUTS } from './client-timeouts.ts'
import type { LogReader, LogSearch } from './log-access.ts'
import { decodeLogCursor, encodeLogCursor } from './log-cursor.ts'
import { matchLogLine } from './log-line.ts'
import { invalidCursor } from './page-cursor.ts'

/** One request scans about a megabyte of log; the service allows about ten per second for the whole AWS account. */
const REQUESTS_PER_SEARCH = 12
/** CloudWatch Logs reads newest first only in logs from this date on; all of ours are newer. */
const BACKWARDS_SINCE_MS = Date.UTC(2024, 0, 1)

/** A reader of this log group; region, credentials and `AWS_ENDPOINT_URL*` come from the environment. */
export function createLogGroupReader({
  logGroupName,
  client = new CloudWatchLogsClient({ requestHandler: CLIENT_TIMEOUTS }),
}: {
  logGroupName: string
  client?: CloudWatchLogsClient
}): LogReader {
  async function request(search: Window, limit: number): Promise<FilterLogEventsCommandOutput> {
    const command = new FilterLogEventsCommand({
      logGroupName,
      startTime: search.fromMs,
      endTime: search.untilMs,
      filterPattern: filterPattern(search.fields),
      limit,
      ...(search.token === '' ? { startFromHead: false } : { nextToken: search.token }),
    })
    try {
      return await client.send(command)
    } catch (error) {
      if (search.token !== '' && error instanceof InvalidParameterException) throw invalidCursor()
      throw new AppError('internal', 'The call log could not be read. Try again.', {}, error)
    }
  }

  return {
    async search(search) {
      const window = windowOf(search)
      const found: { atMs: number; line: Record<string, unknown> }[] = []
      for (let requests = 0; requests < REQUESTS_PER_SEARCH; requests++) {
        const { events = [], nextToken } = await request(window, search.limit - found.length)
        for (const { timestamp = 0, message = '' } of events) {
          // The service applies the filter; what it returns is checked again here.
          const line = matchLogLine(message, search.fields)
          if (line !== undefined) found.push({ atMs: timestamp, line })
        }
        window.token = nextToken ?? ''
        if (nextToken === undefined || found.length >= search.limit) break
      }
      const { fromMs, untilMs, token } = window
      return {
        // An emulator may return the oldest first.
        lines: found.sort((a, b) => b.atMs - a.atMs).map(({ line }) => line),
        nextCursor: token === '' ? null : encodeLogCursor({ fromMs, untilMs, token }),
      }
    },
  }
}

interface Window extends Pick<LogSearch, 'fields' | 'fromMs' | 'untilMs'> {
  /** Empty on the first request. */
  token: string
}

function windowOf({ fields, fromMs, untilMs, cursor }: LogSearch): Window {
  if (cursor === undefined)
    return { fields, fromMs: Math.max(fromMs, BACKWARDS_SINCE_MS), untilMs, token: '' }
  // The service's token is valid only with the time range of the first request.
  return { fields, ...decodeLogCursor(cursor, { fromMs: 'number', untilMs: 'number', token: 'string' }) }
}

/** CloudWatch's pattern for JSON lines. The values are our own ids and event names, so nothing needs escaping. */
function filterPattern(fields: Record<string, string>): string {
  const terms = Object.entries(fields).map(([name, value]) => {
    if (!/^[\w-]+$/.test(value)) throw new AppError('internal', 'The log cannot be searched for this value.')
    return `($.${name} = "${value}")`
  })
  return `{ ${terms.join(' && ')} }`
}
