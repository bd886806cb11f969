/** Every write to the table is performed, and the answer to its first attempt is lost. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, type Json, rpc } from '../support/mcp-server.ts'
import { losingEveryAcknowledgement } from '../support/table-proxy.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
let runs = 0
/** Sessions by id: how often each was read. */
const reads = new Map<string, number>()
beforeAll(async () => {
  target = await startTarget({}, { hasTableProxy: true })
  target.upstream.script(gumloop)
  url = await target.connector()
  expect(await isReady(url)).toBe(true)
  target.table?.inject(losingEveryAcknowledgement)
})
afterAll(() => target.close())

/** Gumloop with runs that are over at their third observation. */
function gumloop(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '', 'http://gumloop')
  response.writeHead(200, { 'content-type': 'application/json' })
  if (request.method === 'POST') {
    runs++
    return void response.end(JSON.stringify({ run_id: `run_${runs}`, saved_item_id: 'flow_1' }))
  }
  if (pathname.endsWith('/get_inputs')) return void response.end(JSON.stringify({ inputs: [] }))
  const id = pathname.split('/').at(-1) ?? ''
  const seen = (reads.get(id) ?? 0) + 1
  reads.set(id, seen)
  const isOver = seen >= 3
  const began = new Date().toISOString()
  const user = { id: 'm1', role: 'user', content: 'Go', created_at: began }
  const body = pathname.includes('/sessions/')
    ? {
        session: {
          id,
          agent_id: 'a1',
          state: isOver ? 'completed' : 'processing',
          created_at: began,
          messages: [user],
        },
      }
    : {
        run_id: id,
        state: isOver ? 'DONE' : 'RUNNING',
        created_ts: began,
        ...(isOver && { finished_ts: began, outputs: {} }),
      }
  response.end(JSON.stringify(body))
}

async function isReady(url: string): Promise<boolean> {
  const { status } = await rpc(url, 'initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'c', version: '1' },
  })
  return status === 200
}

describe('administration', () => {
  const BASE = '/integrated-account/local/mcp'

  test('a connector is created, and its URL is told', async () => {
    const { status, body } = await target.admin('POST', BASE, { name: 'created' })
    expect([status, body]).toMatchObject([201, { url: expect.any(String) }])
    expect(await isReady(body.url)).toBe(true)
    const { body: list } = await target.admin('GET', BASE)
    expect(list.result.filter(({ name }: Json) => name === 'created')).toHaveLength(1)
  })

  test('a rotation tells the new URL, and only that one works', async () => {
    const { body: created } = await target.admin('POST', BASE, { name: 'rotated' })
    const { status, body } = await target.admin('POST', `${BASE}/${created.id}/rotate`, {})
    expect(status).toBe(200)
    expect([await isReady(body.url), await isReady(created.url)]).toEqual([true, false])
  })

  test('a change is told as made', async () => {
    const { body: created } = await target.admin('POST', BASE, { name: 'before' })
    const { status, body } = await target.admin('PATCH', `${BASE}/${created.id}`, { name: 'after' })
    expect([status, body.name]).toEqual([200, 'after'])
  })

  test('an API token and a tool group are created and changed', async () => {
    const token = await target.admin('POST', '/api-tokens', { name: 'ci', scopes: ['admin'] })
    expect([token.status, token.body]).toMatchObject([201, { token: expect.any(String) }])
    for (const tags of [['flows'], ['agents']]) {
      const group = await target.admin('PUT', '/accounts/local/tool-groups/mine', { tags })
      expect([group.status, group.body]).toMatchObject([200, { tags }])
    }
  })

  test('every change above is in the audit trail, done once', async () => {
    const { body } = await target.admin('GET', '/audit?account_id=local&limit=100')
    const outcomes = body.result.map(({ outcome }: Json) => outcome)
    expect(outcomes.length).toBeGreaterThan(5)
    expect(new Set(outcomes)).toEqual(new Set(['done']))
  })
})

describe('runs', () => {
  const ended = (id: string) =>
    target
      .log()
      .split('\n')
      .filter(line => line.includes('gumloop_run_finished') && line.includes(`"${id}"`)).length

  test('a flow run starts once, and is known to the same call', async () => {
    const args = { saved_item_id: 'flow_1' }
    const before = runs
    const first: Json = await call(url, 'create_a_gumloop_flow_run', args)
    const second: Json = await call(url, 'create_a_gumloop_flow_run', args)
    expect(first.structuredContent).toMatchObject({ run_id: `run_${before + 1}` })
    expect(second.structuredContent).toMatchObject({ run_id: `run_${before + 1}`, repeated: true })
    expect(runs).toBe(before + 1)
  })

  test.each([
    ['session', 'wait_for_gumloop_session', 'session_id'],
    ['flow run', 'wait_for_gumloop_flow_run', 'run_id'],
  ])('the end of a %s reaches its waiter and is sent as an event', async (kind, tool, argument) => {
    const id = `watched_${kind.replace(' ', '_')}`
    const result: Json = await call(url, tool, { [argument]: id, wait_seconds: 15 })
    expect(result.structuredContent).toMatchObject({ is_over: true, watched: false })
    for (let tries = 0; ended(id) === 0 && tries < 20; tries++) await sleep(200)
    expect(ended(id)).toBe(1)
  })
})
