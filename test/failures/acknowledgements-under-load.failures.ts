/**
 * Starts, waits and administration under load while one in a hundred acknowledgements of the table is lost, with a checker
 * for what must hold. `FAILURE_SECONDS` sets the length (30 s).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTarget, type Target } from '../regression/target.ts'
import { call, type Json } from '../support/mcp-server.ts'

const SECONDS = Number(process.env.FAILURE_SECONDS ?? 30)
const LOST_SHARE = 0.01
const CALLERS = 6
let target: Target
let url: string
/** Flow runs by id: when each was started. */
const started = new Map<string, number>()
/** How often each input was started. */
const starts = new Map<string, number>()

beforeAll(async () => {
  target = await startTarget({}, { hasTableProxy: true })
  target.upstream.script(gumloop)
  url = await target.connector()
})
afterAll(() => target.close())

/** Gumloop with flow runs of about a second. */
function gumloop(request: IncomingMessage, response: ServerResponse): void {
  const seen = target.upstream.requests.at(-1)
  target.upstream.requests.length = 0
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://gumloop')
  response.writeHead(200, { 'content-type': 'application/json' })
  if (pathname.endsWith('/get_inputs')) return void response.end(JSON.stringify({ inputs: [] }))
  if (request.method === 'POST') {
    const flow = JSON.parse(seen?.body ?? '{}').saved_item_id ?? searchParams.get('saved_item_id')
    const id = `run_${started.size}`
    started.set(id, Date.now())
    starts.set(flow, (starts.get(flow) ?? 0) + 1)
    return void response.end(JSON.stringify({ run_id: id }))
  }
  const id = searchParams.get('run_id') ?? pathname.split('/').at(-1) ?? ''
  const sinceMs = Date.now() - (started.get(id) ?? Date.now())
  const created_ts = new Date(started.get(id) ?? Date.now()).toISOString()
  const isOver = sinceMs > 1_000
  const end = isOver && { finished_ts: new Date().toISOString(), outputs: {} }
  response.end(JSON.stringify({ state: isOver ? 'DONE' : 'RUNNING', created_ts, ...end }))
}

test(`${LOST_SHARE * 100} % of acknowledgements lost: no event is missing, nothing starts twice, no conflict is false`, async () => {
  let writes = 0
  target.table?.inject(({ isWrite, isRepetition }) => {
    if (!isWrite) return undefined
    writes++
    return !isRepetition && Math.random() < LOST_SHARE ? 'loseAnswer' : undefined
  })
  const untilMs = Date.now() + SECONDS * 1000
  const watched = new Set<string>()
  const problems: string[] = []
  let rotations = 0
  const runFlows = async (caller: number) => {
    for (let count = 0; Date.now() < untilMs; count++) {
      const args = { saved_item_id: `flow_${caller}_${count}` }
      const first: Json = (await call(url, 'create_a_gumloop_flow_run', args)).structuredContent
      const again: Json = (await call(url, 'create_a_gumloop_flow_run', args)).structuredContent
      if (first.run_id === undefined || again.run_id !== first.run_id)
        problems.push(JSON.stringify([first, again]))
      const wait = { run_id: first.run_id, wait_seconds: 20 }
      const end: Json = (await call(url, 'wait_for_gumloop_flow_run', wait)).structuredContent
      if (end.is_over !== true) problems.push(JSON.stringify(end))
      if (end.state === 'DONE') watched.add(first.run_id)
    }
  }
  const administer = async () => {
    for (; Date.now() < untilMs; rotations++) {
      const base = '/integrated-account/local/mcp'
      const created = await target.admin('POST', base, { name: 'load' })
      const rotated = await target.admin('POST', `${base}/${created.body.id}/rotate`, {})
      const revoked = await target.admin('DELETE', `${base}/${created.body.id}`)
      const statuses = [created.status, rotated.status, revoked.status]
      if (statuses.join() !== '201,200,200') problems.push(`administration: ${statuses.join()}`)
    }
  }
  await Promise.all([...Array.from({ length: CALLERS }, (_, caller) => runFlows(caller)), administer()])
  await sleep(5_000)
  target.table?.inject(undefined)
  const sent = new Set(
    target
      .log()
      .split('\n')
      .filter(line => line.includes('gumloop_run_finished'))
      .map(line => JSON.parse(line).run_id),
  )
  const lost = target.table?.failures()
  console.log(
    JSON.stringify({ seconds: SECONDS, writes, lost, runs: started.size, events: sent.size, rotations }),
  )
  expect(problems).toEqual([])
  expect([...watched].filter(id => !sent.has(id))).toEqual([])
  expect([...starts].filter(([, count]) => count > 1)).toEqual([])
  expect(lost).toBeGreaterThan(0)
})
