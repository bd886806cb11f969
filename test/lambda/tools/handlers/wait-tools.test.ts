/** Waiting calls over HTTP: progress, limits, errors, a client that disconnects, long runs disabled. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type LongRunsServer, ok, startLongRuns } from '../../../support/long-runs.ts'
import { call, type Json, rpc } from '../../../support/mcp-server.ts'

const AUDIT = 'agt_security_audit'
let server: LongRunsServer
let url: string
beforeAll(async () => {
  server = await startLongRuns({ maxWaitSeconds: 4 })
  url = await server.connector()
})
afterAll(() => server.close())

let started = 0
async function start(length: string, at = url): Promise<string> {
  const input = `Number ${started++}, take ${length}.`
  return (await ok(at, 'create_a_gumloop_session', { agent_id: AUDIT, input })).session_id
}

/** A tools/call with a progress token, and its parsed events as they arrive. */
async function streamed(
  name: string,
  args: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
) {
  const response = await fetch(url, {
    method: 'POST',
    ...(signal && { signal }),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 7,
      method: 'tools/call',
      params: { name, arguments: args, _meta: { progressToken: 'p1' } },
    }),
  })
  const text = await response.text()
  const messages: Json[] = [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data ?? ''))
  return { type: response.headers.get('content-type'), messages, text }
}

describe.concurrent('progress', () => {
  test('a client with a progress token gets a stream of states and elapsed time, then the result', async () => {
    const session_id = await start('2 seconds')
    const { type, messages } = await streamed('wait_for_gumloop_session', { session_id, wait_seconds: 20 })
    const result = messages.at(-1)
    const progress = messages.slice(0, -1)
    expect(type).toBe('text/event-stream')
    expect(progress.map(one => one.method)).toEqual(progress.map(() => 'notifications/progress'))
    const states = [...new Set(progress.map(one => one.params.message.split(',')[0]))]
    expect(states.length).toBeGreaterThan(1)
    // A busy machine may miss the fifth of a second in the queue.
    expect(states).toEqual(['queued', 'processing', 'completed'].slice(-states.length))
    const values = progress.map(one => one.params.progress)
    expect(values).toEqual([...new Set(values)].sort((a, b) => a - b))
    expect(result).toMatchObject({
      id: 7,
      result: { structuredContent: { is_over: true, state: 'completed' } },
    })
  })

  test('limits a wait to the stage’s maximum with a token, and to 50 s without', async () => {
    const session_id = await start('1 hour')
    const { messages } = await streamed('wait_for_gumloop_session', { session_id, wait_seconds: 900 })
    expect(messages.at(-1).result.structuredContent).toMatchObject({ is_over: false, waited_seconds: 4 })
  })

  test('the official client of 2026-07-28 receives it', async () => {
    const client = new Client(
      { name: 'waiter', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    )
    await client.connect(new StreamableHTTPClientTransport(new URL(url)))
    const session_id = await start('2 seconds')
    const seen: string[] = []
    const result: Json = await client.callTool(
      { name: 'wait_for_gumloop_session', arguments: { session_id } },
      { onprogress: ({ message }) => void seen.push(message ?? '') },
    )
    await client.close()
    expect(result.structuredContent).toMatchObject({ state: 'completed', is_over: true })
    expect(seen.length).toBeGreaterThan(1)
  })

  test('without a token, the response is JSON', async () => {
    const session_id = await start('1 second')
    const response = await rpc(url, 'tools/call', {
      name: 'wait_for_gumloop_session',
      arguments: { session_id },
    })
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(((await response.json()) as Json).result.structuredContent.is_over).toBe(true)
  })
})

describe('a client that disconnects', () => {
  test('ends its call at once; the run is still watched', async () => {
    const session_id = await start('4 seconds')
    const leaving = new AbortController()
    const call = streamed('wait_for_gumloop_session', { session_id, wait_seconds: 60 }, {}, leaving.signal)
    await server.observed(session_id)
    leaving.abort()
    await expect(call).rejects.toThrow()
    const cancelled = () => server.lines().find(line => line.outcome === 'cancelled')
    // Well before the end of the run: the call does not continue without its client.
    await vi.waitUntil(cancelled, { timeout: 1500 })
    expect(cancelled()).toMatchObject({ event: 'tool_call', tool: 'wait_for_gumloop_session' })
    const { state, is_over } = await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 })
    expect([state, is_over]).toEqual(['completed', true])
  })
})

describe.concurrent('errors during a wait', () => {
  test('waits for the Retry-After of a 429', async () => {
    const session_id = await start('2 seconds')
    server.sandbox.injectFailure({
      kind: '429',
      retryAfterSeconds: 1,
      times: 2,
      path: `/sessions/${session_id}`,
    })
    const run = await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 })
    expect(run).toMatchObject({ state: 'completed', is_over: true })
  })

  test('reports a 429 that outlasts the wait, with its Retry-After', async () => {
    const session_id = await start('2 seconds')
    server.sandbox.injectFailure({ kind: '429', retryAfterSeconds: 60, path: `/sessions/${session_id}` })
    const result = await call(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 2 })
    expect(result.structuredContent.error).toMatchObject({ code: 'rate_limited', retry_after_seconds: 60 })
  })

  test.each(['502', 'html-502', 'reset'] as const)('recovers from %s', async kind => {
    const session_id = await start('3 seconds')
    const waiting = ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 30 })
    await server.observed(session_id)
    server.sandbox.injectFailure({ kind, times: 3, path: `/sessions/${session_id}` })
    expect(await waiting).toMatchObject({ state: 'completed', is_over: true })
  })

  test('ends the wait in time with an error when Gumloop hangs', {
    timeout: 30_000,
  }, async () => {
    const session_id = await start('2 seconds')
    server.sandbox.injectFailure({ kind: 'hang', path: `/sessions/${session_id}` })
    const startedMs = Date.now()
    const result = await call(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 1 })
    expect(result.structuredContent.error.code).toBe('upstream_timeout')
    expect(Date.now() - startedMs).toBeLessThan(8000)
  })

  test('reports an unknown state unchanged, and not as an end', async () => {
    const session_id = await start('1 hour')
    server.sandbox.injectFailure({ kind: 'unknown-state', path: `/sessions/${session_id}` })
    const run = await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 2 })
    expect(run).toMatchObject({ state: 'hibernating', is_over: false, answer: null })
    expect(run.next_step).toContain('wait_for_gumloop_session')
  })

  test('reports a run that is deleted during the wait', { timeout: 30_000 }, async () => {
    const session_id = await start('1 hour')
    const waiting = call(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 30 })
    await server.observed(session_id)
    server.sandbox.injectFailure({ kind: '404', path: `/sessions/${session_id}` })
    const result = await waiting
    expect(result.isError).toBe(true)
    expect(result.structuredContent.error).toMatchObject({ code: 'not_found' })
    expect(result.content[0].text).toContain('deleted')
  })

  test('reports a rejected API key', async () => {
    const session_id = await start('1 hour')
    server.sandbox.injectFailure({ kind: '401', path: `/sessions/${session_id}` })
    const result = await call(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 10 })
    expect(result.structuredContent.error.code).toBe('credentials_refused')
  })

  test('returns the ID of a successful start even when the wait fails', async () => {
    server.sandbox.injectFailure({ kind: '403', path: '/sessions/my-own' })
    const run = await ok(url, 'create_a_gumloop_session', {
      agent_id: AUDIT,
      input: 'Go on, take 1 hour.',
      session_id: 'my-own',
      wait_seconds: 5,
    })
    expect(run).toMatchObject({ session_id: 'my-own', state: 'queued', is_over: false })
    expect(run.note).toContain('waiting for it failed')
  })
})

describe('with long runs disabled', () => {
  let off: LongRunsServer
  let offUrl: string
  beforeAll(async () => {
    off = await startLongRuns({ isWatching: false })
    offUrl = await off.connector()
  })
  afterAll(() => off.close())

  test('a wait polls Gumloop itself, says so, and stores nothing', async () => {
    const session_id = await start('3 seconds', offUrl)
    const early = await ok(offUrl, 'wait_for_gumloop_session', { session_id, wait_seconds: 1 })
    expect(early).toMatchObject({ is_over: false, watched: false })
    expect(early.next_step).toContain('It is not watched between calls.')
    const late = await ok(offUrl, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 })
    expect(late).toMatchObject({ is_over: true, state: 'completed', watched: false })
    expect(late.artifacts.length).toBeGreaterThan(0)
    expect(await off.dynalite.dump()).not.toMatch(/RUN#|RUN_POINTER#|START#|TASK#/)
  })

  test('the same start within a minute is the same run, since Gumloop rejects the second', async () => {
    const args = { agent_id: AUDIT, input: 'Once only, take 1 hour.', idempotency_key: 'k1' }
    const first = await ok(offUrl, 'create_a_gumloop_session', args)
    const second = await ok(offUrl, 'create_a_gumloop_session', args)
    expect(second).toMatchObject({ session_id: first.session_id, repeated: true })
    expect(first.repeated).toBeUndefined()
  })
})

describe('with the transfer mode BUFFERED', () => {
  test('a wait ends in time for a response within 25 s, with or without progress', async () => {
    const short = await startLongRuns({ deadlineMs: 4000 })
    const shortUrl = await short.connector()
    const session_id = await start('1 hour', shortUrl)
    const startedMs = Date.now()
    const run = await ok(shortUrl, 'wait_for_gumloop_session', { session_id, wait_seconds: 60 })
    expect(Date.now() - startedMs).toBeLessThan(4000)
    expect(run.is_over).toBe(false)
    expect(run.waited_seconds).toBeGreaterThanOrEqual(2)
    await short.close()
  })
})
