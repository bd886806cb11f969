/** What Gumloop answers wrongly for some seconds, or by another clock, neither ends nor delays a watch. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, type Json } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

const WAIT = 'wait_for_gumloop_flow_run'
const MINUTE_MS = 60_000
let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector()
})
afterAll(() => target.close())

interface Run {
  /** By Gumloop's clock. */
  createdMs: number
  /** Milliseconds after the first request at which it is over. */
  endsAfterMs: number
  /** An answer instead of the run's record; undefined: the record. */
  interrupt?: (sinceMs: number) => { status: number; headers?: Record<string, string> } | undefined
}

/** Gumloop with this run. @returns the number of requests so far */
function serve({ createdMs, endsAfterMs, interrupt }: Run): () => number {
  let firstMs: number | undefined
  let requests = 0
  target.upstream.script((_: IncomingMessage, response: ServerResponse) => {
    requests++
    firstMs ??= Date.now()
    const sinceMs = Date.now() - firstMs
    const other = interrupt?.(sinceMs)
    if (other !== undefined) {
      response.writeHead(other.status, { 'content-type': 'application/json', ...other.headers })
      return void response.end('{"error":{"message":"just now"}}')
    }
    const isOver = sinceMs >= endsAfterMs
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        state: isOver ? 'DONE' : 'RUNNING',
        created_ts: new Date(createdMs).toISOString(),
        ...(isOver && { outputs: { sum: 1 }, finished_ts: new Date(createdMs + endsAfterMs).toISOString() }),
      }),
    )
  })
  return () => requests
}

const waitFor = async (run_id: string, wait_seconds: number): Promise<Json> =>
  (await call(url, WAIT, { run_id, wait_seconds })).structuredContent

function eventOf(runId: string): Json {
  const line = target
    .log()
    .split('\n')
    .find(one => one.includes('gumloop_run_finished') && one.includes(`"${runId}"`))
  return line === undefined ? undefined : JSON.parse(line)
}

test.each([
  ['404', 404],
  ['401', 401],
  ['403 (control)', 403],
])(
  '%s for some seconds does not end the watch of a run that goes on',
  async (_, status) => {
    const run = { createdMs: Date.now() - 40_000, endsAfterMs: 9_000 }
    serve({ ...run, interrupt: sinceMs => (sinceMs > 500 && sinceMs < 6_000 ? { status } : undefined) })
    const waiters = await Promise.all([1, 2, 3].map(() => waitFor(`gone_${status}`, 40)))
    for (const result of waiters) expect(result).toMatchObject({ is_over: true, state: 'DONE' })
    expect(eventOf(`gone_${status}`)).toMatchObject({ outcome: 'finished' })
  },
  60_000,
)

test('twenty callers of a run that is not watched yet ask a throttled Gumloop as rarely as one', async () => {
  const throttled = { status: 429, headers: { 'retry-after': '4' } }
  const requests = serve({
    createdMs: Date.now(),
    endsAfterMs: 0,
    interrupt: sinceMs => (sinceMs < 7_000 ? throttled : undefined),
  })
  const results = await Promise.all(Array.from({ length: 20 }, () => waitFor('throttled', 30)))
  for (const result of results) expect(result).toMatchObject({ is_over: true })
  expect(requests()).toBeLessThanOrEqual(5)
}, 60_000)

test.each([
  ['behind ours', -60],
  ['ahead of ours (control)', 60],
])(
  'a Gumloop whose clock is an hour %s: the end is seen at once, and the event has the run’s own duration',
  async (name, minutes) => {
    serve({ createdMs: Date.now() + minutes * MINUTE_MS, endsAfterMs: 4_000 })
    const startedMs = Date.now()
    const id = `clock_${name.slice(0, 5)}`
    expect(await waitFor(id, 40)).toMatchObject({ is_over: true })
    expect(Date.now() - startedMs).toBeLessThan(15_000)
    for (let tries = 0; eventOf(id) === undefined && tries < 20; tries++) await sleep(100)
    expect(eventOf(id)).toMatchObject({ duration_seconds: 4 })
  },
  60_000,
)
