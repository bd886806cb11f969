/** What a start came to is claimed only from answers that prove it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, type Json } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

const SESSION = 'create_a_gumloop_session'
let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget({}, { hasTableProxy: true })
  url = await target.connector()
})
afterAll(() => target.close())

interface Answer {
  status: number
  text: string
  contentType?: string
}

/** A Gumloop that starts sessions, behind a proxy that answers the first start in its own way. */
function serve(first: Answer): void {
  const sessions = new Map<string, unknown>()
  let isFirst = true
  target.upstream.script(async (request: IncomingMessage, response: ServerResponse) => {
    const seen = target.upstream.requests.at(-1)
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.method === 'GET') {
      const session = sessions.get(new URL(request.url ?? '', 'http://g').pathname.split('/').at(-1) ?? '')
      return session ? json(200, { session }) : json(404, { error: { code: 'not_found', message: 'none' } })
    }
    const { session_id: id, input } = JSON.parse(seen?.body ?? '{}')
    if (sessions.has(id)) return json(409, { error: { code: 'session_already_exists', message: 'taken' } })
    const created_at = new Date().toISOString()
    const messages = [{ id: 'm1', role: 'user', content: input, created_at }]
    sessions.set(id, { id, agent_id: 'a1', state: 'processing', created_at, messages })
    if (!isFirst) return json(200, { session: sessions.get(id) })
    isFirst = false
    response.writeHead(first.status, { 'content-type': first.contentType ?? 'application/json' })
    response.end(first.text)
  })
}

const start = async (input: string): Promise<Json> =>
  (await call(url, SESSION, { agent_id: 'a1', input })).structuredContent

describe('an answer that a proxy gives after the start has gone through', () => {
  test.each([
    ['302', { status: 302, text: '', contentType: 'text/html' }],
    ['401', { status: 401, text: '<h1>Sign in</h1>', contentType: 'text/html' }],
    ['404', { status: 404, text: 'not found', contentType: 'text/plain' }],
    ['429', { status: 429, text: '{"message":"Too Many Requests"}' }],
  ])('%s: the start may have taken effect, and the same call finds it', async (name, first) => {
    serve(first)
    const lost = await start(`proxy ${name}`)
    expect(lost.error).toMatchObject({ may_have_taken_effect: true })
    const again = await start(`proxy ${name}`)
    expect(again).toMatchObject({ repeated: true, session_id: expect.any(String) })
    const posts = target.upstream.requests.filter(({ method }) => method === 'POST')
    expect(new Set(posts.map(({ body }) => JSON.parse(body).session_id)).size).toBe(1)
  })

  test('404 of Gumloop itself did not take effect (control)', async () => {
    target.upstream.script({
      status: 404,
      json: { error: { code: 'agent_not_found', message: 'no such agent' } },
    })
    const result = await start('no agent')
    expect(result.error).toMatchObject({ code: 'not_found', may_have_taken_effect: false })
  })
})

describe('a success without a session', () => {
  test.each([
    ['{}', { status: 200, text: '{}' }],
    ['[]', { status: 200, text: '[]' }],
    ['204', { status: 204, text: '' }],
  ])('%s: the session is looked up by our own id', async (name, first) => {
    serve(first)
    expect(await start(`empty ${name}`)).toMatchObject({
      state: 'processing',
      session_id: expect.any(String),
    })
  })

  test('and without a session behind it is not told as a start', async () => {
    target.upstream.script((request, response) => {
      response.writeHead(request.method === 'POST' ? 204 : 404, { 'content-type': 'application/json' })
      response.end(request.method === 'POST' ? undefined : '{"error":{"code":"not_found","message":"none"}}')
    })
    const result = await start('nothing behind')
    expect(result.error).toMatchObject({ code: 'upstream_invalid', may_have_taken_effect: true })
  })
})

test('a read does not hold the call open for the 20 seconds that an outage asks for', async () => {
  target.upstream.script({ status: 503, json: {}, headers: { 'retry-after': '20' } })
  const startedMs = Date.now()
  const result: Json = await call(url, 'list_all_gumloop_agents', {})
  expect(Date.now() - startedMs).toBeLessThan(5_000)
  expect(result.structuredContent.error).toMatchObject({ retry_after_seconds: 20 })
}, 60_000)

test('an administrator’s list ends with an error when the table does not answer', async () => {
  target.table?.inject(({ operation }) => (operation === 'Query' ? 'hang' : undefined))
  const startedMs = Date.now()
  const listed = target.admin('GET', '/integrated-account/local/mcp')
  const { status } = await Promise.race([
    listed,
    new Promise<{ status: number }>(resolve => setTimeout(() => resolve({ status: 0 }), 25_000)),
  ])
  target.table?.inject(undefined)
  expect(status).toBe(500)
  expect(Date.now() - startedMs).toBeLessThan(20_000)
}, 60_000)

test('a server stops at once while Gumloop does not answer a poll', async () => {
  const other = await startTarget()
  other.upstream.script((_, response) => {
    if (other.upstream.requests.length > 1) return // hangs
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ state: 'RUNNING', created_ts: new Date().toISOString() }))
  })
  await call(await other.connector(), 'wait_for_gumloop_flow_run', { run_id: 'hangs', wait_seconds: 2 })
  const startedMs = Date.now()
  await other.close()
  expect(Date.now() - startedMs).toBeLessThan(3_000)
}, 60_000)
