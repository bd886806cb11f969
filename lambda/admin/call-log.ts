/** Recent tool calls, read from the log line of each call: who called which tool, the outcome, the duration. */
import { z } from 'zod'
import type { AccountStore } from '../accounts/account-store.ts'
import type { LogReader } from '../aws/log-access.ts'
import type { ConnectorStore } from '../connectors/connector-store.ts'
import { isId } from '../connectors/token.ts'
import type { Clock } from '../shared/clock.ts'
import { type ListAnswer, listAnswer, listQuery } from './input-fields.ts'
import { parseInput } from './parse-input.ts'

/** One tool call, without its arguments and result. */
export interface CallRecord {
  /** When it ended: RFC 3339 with milliseconds. */
  at: string
  connector_id: string
  tool: string
  /** `ok` or the error code. */
  outcome: string
  duration_ms: number
  /** Requests to Gumloop. */
  upstream_calls: number
  /** HTTP status of Gumloop's last response; null: Gumloop was not called, or did not respond. */
  upstream_status: number | null
  /** Time spent waiting for Gumloop. */
  upstream_ms: number
  /** Length of the arguments, as JSON. */
  argument_characters: number
  /** Length of the text that the model received. */
  result_characters: number
  /** Name and version that the client reports. */
  client: string | null
  /** The API token that the call came with; null: the connector requires none. */
  api_token_id: string | null
  request_id: string
}

export interface CallLog {
  /** Calls through one connector, newest first. Throws `not_found` for a connector that the account does not have. */
  ofConnector(accountId: string, id: string, query: unknown): Promise<ListAnswer<CallRecord>>
  /** Calls through all connectors of an account, newest first. */
  ofAccount(accountId: string, query: unknown): Promise<ListAnswer<CallRecord>>
}

const SINCE_DEFAULT_MS = 24 * 3_600_000
const CURSOR_LIMIT_CHARACTERS = 8_000

const callQuery = listQuery.extend({
  since: z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return undefined
      const ms = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : Number.NaN
      if (!Number.isNaN(ms)) return ms
      const message = 'must be a timestamp with a time zone, such as 2027-01-31T12:00:00Z'
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }),
  next_cursor: z.string().max(CURSOR_LIMIT_CHARACTERS).optional(),
})

export function createCallLog({
  logs,
  connectors,
  accounts,
  now,
}: {
  logs: LogReader
  connectors: Pick<ConnectorStore, 'get'>
  accounts: Pick<AccountStore, 'get'>
  now: Clock
}): CallLog {
  async function calls(fields: Record<string, string>, query: z.output<typeof callQuery>) {
    const { lines, nextCursor } = await logs.search({
      fields: { event: 'tool_call', ...fields },
      fromMs: query.since ?? now() - SINCE_DEFAULT_MS,
      untilMs: now(),
      limit: query.limit,
      ...(query.next_cursor === undefined ? {} : { cursor: query.next_cursor }),
    })
    return listAnswer(lines.map(toCall), nextCursor)
  }

  return {
    async ofConnector(accountId, id, query) {
      const parsed = parseInput(callQuery, query)
      await connectors.get(accountId, id)
      return calls({ account_id: accountId, connector_id: id }, parsed)
    },

    async ofAccount(accountId, query) {
      const parsed = parseInput(callQuery, query)
      await accounts.get(accountId)
      return calls({ account_id: accountId }, parsed)
    },
  }
}

/** The fields of the line. A field that an older version did not write reads as empty. */
function toCall(line: Record<string, unknown>): CallRecord {
  const text = (name: string) => (typeof line[name] === 'string' ? line[name] : '')
  const count = (name: string) => (typeof line[name] === 'number' ? line[name] : 0)
  return {
    at: text('timestamp'),
    connector_id: isId(text('connector_id')) ? text('connector_id') : '',
    tool: text('tool'),
    outcome: text('outcome'),
    duration_ms: count('duration_ms'),
    upstream_calls: count('upstream_calls'),
    upstream_status: typeof line.upstream_status === 'number' ? line.upstream_status : null,
    upstream_ms: count('upstream_ms'),
    argument_characters: count('argument_characters'),
    result_characters: count('result_characters'),
    client: text('client') || null,
    api_token_id: isId(text('api_token_id')) ? text('api_token_id') : null,
    request_id: text('request_id'),
  }
}
