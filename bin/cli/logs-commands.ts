/** `gumloop-mcp logs` */
import type { CallRecord } from '../../lambda/admin/call-log.ts'
import type { ListAnswer } from '../../lambda/admin/input-fields.ts'
import { usageFailure } from './cli-failure.ts'
import type { Command, Context } from './command.ts'
import { parseSince } from './parse-time.ts'
import { renderTable } from './terminal.ts'
import { ACCOUNT_OPTION, accountBase } from './which-account.ts'

const CALLS_DEFAULT = 50
const CALLS_LIMIT = 10_000
const PAGE_LIMIT = 100
/** Pages may be empty, since each search scans only a part of the log. */
const PAGES_LIMIT = 200

const logs: Command = {
  words: ['logs'],
  about: 'list recent tool calls, newest first',
  options: {
    connector: { type: 'string', value: 'ID', about: 'only calls through this connector' },
    account: ACCOUNT_OPTION,
    since: {
      type: 'string',
      value: 'WHEN',
      about: 'a duration (15m, 12h), a date, or a timestamp (default 1d)',
    },
    limit: { type: 'string', value: 'N', about: `maximum number of calls (default ${CALLS_DEFAULT})` },
  },
  examples: [
    'logs --connector k3v9q0c2m7x1b8zd',
    'logs --since 7d --limit 1000 --json | jq -r \'.result[] | select(.outcome != "ok").tool\'',
  ],
  async run(context) {
    const { args, terminal, nowMs } = context
    const limit = limitOf(args.text('limit'))
    const since = parseSince(args.text('since') ?? '1d', nowMs)
    const { calls, nextCursor } = await readCalls(context, since, limit)
    if (terminal.wantsJson) {
      return terminal.json({ result: calls, next_cursor: nextCursor, result_count: calls.length })
    }
    if (calls.length === 0) return terminal.line(`No calls since ${since}.`)
    for (const line of callTable(calls, context)) terminal.line(line)
    if (nextCursor !== null)
      terminal.note(`There may be more calls. Raise the limit to see them: --limit ${limit * 2}`)
  },
}

export const LOGS_COMMANDS: Command[] = [logs]

async function readCalls(context: Context, since: string, limit: number) {
  const connector = context.args.text('connector')
  const base = await accountBase(context)
  const path =
    connector === undefined ? `${base}/calls` : `${base}/mcp/${encodeURIComponent(connector)}/calls`
  const calls: CallRecord[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < PAGES_LIMIT && calls.length < limit; pages++) {
    const query = new URLSearchParams({
      since,
      limit: String(Math.min(PAGE_LIMIT, limit - calls.length)),
      ...(cursor === null ? {} : { next_cursor: cursor }),
    })
    const page: ListAnswer<CallRecord> = await context.api.request('GET', `${path}?${query}`)
    calls.push(...page.result)
    cursor = page.next_cursor
    if (cursor === null) break
  }
  return { calls, nextCursor: cursor }
}

function callTable(calls: CallRecord[], { terminal: { paint }, args }: Context): string[] {
  const isOneConnector = args.text('connector') !== undefined
  const rows = calls.map(call => [
    call.at.replace(/\.\d+Z$/, 'Z'),
    ...(isOneConnector ? [] : [call.connector_id]),
    call.tool,
    paint(call.outcome === 'ok' ? 'green' : 'yellow', call.outcome),
    `${call.duration_ms} ms`,
    call.upstream_status === null ? '-' : String(call.upstream_status),
    call.client ?? '-',
  ])
  const headings = ['TIME', ...(isOneConnector ? [] : ['CONNECTOR']), 'TOOL', 'OUTCOME', 'DURATION']
  return renderTable([...headings, 'GUMLOOP', 'CLIENT'], rows, paint)
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return CALLS_DEFAULT
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= CALLS_LIMIT) return limit
  throw usageFailure(`Invalid --limit: use a number from 1 to ${CALLS_LIMIT}.`)
}
