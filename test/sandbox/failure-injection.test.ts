import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FailureRule } from '../../sandbox/http/failure-injection.ts'
import { at, listAt, startTestSandbox, type TestSandbox, textAt, USER } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const KEY = { authorization: 'Bearer key', 'x-auth-key': USER }
/** Without validation: injected failures are outside the API description. */
const raw = (path: string, init: RequestInit = {}) =>
  fetch(`${sandbox.url}/api/v1${path}`, { headers: { ...KEY, 'content-type': 'application/json' }, ...init })
const control = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${sandbox.url}/__sandbox${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
  })
  const json: unknown = await response.json()
  return { status: response.status, json }
}

test('429 has Retry-After and, on request, rate limit headers', async () => {
  sandbox.injectFailure({ kind: '429', times: 1, retryAfterSeconds: 7, rateLimitHeaders: true })
  sandbox.injectFailure({ kind: '429', times: 1, retryAfterSeconds: null })
  const names = ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
  const seen = async () => {
    const response = await raw('/agents')
    return [response.status, ...names.map(name => response.headers.get(name))]
  }
  const resetSeconds = String(Date.parse('2026-11-22T15:00:07Z') / 1_000)
  expect(await seen()).toEqual([429, '7', '60', '0', resetSeconds])
  expect(await seen()).toEqual([429, null, null, null, null])
  expect(await seen()).toEqual([200, null, null, null, null])
})

test('each status has the error body of its endpoint; html-502 is a proxy page', async () => {
  sandbox.injectFailure('500')
  const agentError: unknown = await (await raw('/agents')).json()
  const legacy = await (await raw(`/list_saved_items?user_id=${USER}`)).text()
  expect([at(agentError, 'error.type'), legacy]).toEqual(['api_error', 'Internal error (injected failure).'])
  sandbox.injectFailure(null)
  sandbox.injectFailure('html-502')
  const html = await raw('/agents')
  expect([html.status, html.headers.get('content-type')]).toEqual([502, 'text/html'])
  expect(await html.text()).toContain('<h1>502 Bad Gateway</h1>')
})

test('resets and hangs connections; close ends the hung ones', async () => {
  sandbox.injectFailure({ kind: 'reset', times: 1 })
  await expect(raw('/agents')).rejects.toThrow('fetch failed')
  sandbox.injectFailure({ kind: 'hang', times: 1 })
  await expect(raw('/agents', { signal: AbortSignal.timeout(150) })).rejects.toThrow('timeout')
  sandbox.injectFailure({ kind: 'hang' })
  const received = sandbox.requests.length
  const hanging = expect(raw('/agents')).rejects.toThrow('fetch failed')
  await vi.waitFor(() => expect(sandbox.requests.length).toBe(received + 1))
  await sandbox.close()
  await hanging
})

test('slow responses are regular ones', async () => {
  sandbox.injectFailure({ kind: 'slow', delayMs: 120 })
  const startedMs = performance.now()
  expect((await sandbox.get('/teams')).status).toBe(200)
  expect(performance.now() - startedMs).toBeGreaterThan(110)
})

test('a failure with when: after loses the response, not the effect', async () => {
  sandbox.injectFailure({ kind: 'reset', when: 'after', times: 1, method: 'POST' })
  const body = JSON.stringify({ input: 'Audit', session_id: 'ses_lost' })
  await expect(raw('/agents/agt_security_audit/sessions', { method: 'POST', body })).rejects.toThrow(
    'fetch failed',
  )
  expect(at((await sandbox.get('/sessions/ses_lost')).json, 'session.state')).toBe('queued')
  sandbox.injectFailure({ kind: '502', times: 1, method: 'POST' })
  const before = await raw('/agents/agt_security_audit/sessions', {
    method: 'POST',
    body: '{"session_id":"ses_never"}',
  })
  expect([before.status, (await sandbox.get('/sessions/ses_never')).status]).toEqual([502, 404])
})

test('returns an unknown state', async () => {
  const { json } = await sandbox.post('/agents/agt_security_audit/sessions', { input: 'Audit' })
  sandbox.injectFailure({ kind: 'unknown-state', path: '/sessions/*', times: 1 })
  const getSession = async () => {
    const answer: unknown = await (await raw(`/sessions/${textAt(json, 'session.id')}`)).json()
    return at(answer, 'session.state')
  }
  expect([await getSession(), await getSession()]).toEqual(['hibernating', 'queued'])
})

test('a failure applies only to its path, method and downloads', async () => {
  await sandbox.post('/agents/agt_security_audit/sessions', { input: 'Audit' })
  sandbox.advanceClock(6)
  const { json } = await sandbox.get('/agents/agt_security_audit/artifacts')
  const url = textAt(json, 'artifacts.0.url')
  sandbox.injectFailure({ kind: '503', path: '/agents/*', method: 'post' })
  expect((await raw('/teams')).status).toBe(200)
  expect((await raw('/agents/gumball')).status).toBe(200)
  expect((await raw('/agents/gumball/sessions', { method: 'POST' })).status).toBe(503)
  sandbox.injectFailure(null)
  sandbox.injectFailure('500')
  expect((await fetch(url)).status).toBe(200)
  sandbox.injectFailure({ kind: 'html-502', path: '/gumloop-artifacts/*' })
  expect((await fetch(url)).status).toBe(502)
})

test('the probability is drawn from the seed', async () => {
  const rule: FailureRule = { kind: '500', probability: 0.5 }
  const draw = async (seed: string) => {
    const other = await startTestSandbox({ seed, fail: rule })
    const statuses: number[] = []
    for (let i = 0; i < 12; i += 1)
      statuses.push((await fetch(`${other.url}/api/v1/teams`, { headers: KEY })).status)
    await other.close()
    return statuses
  }
  const first = await draw('a')
  expect(new Set(first)).toEqual(new Set([200, 500]))
  expect(await draw('a')).toEqual(first)
  expect(await draw('b')).not.toEqual(first)
})

test('injects failures and moves the clock through the control API', async () => {
  const set = await control('POST', '/failures', { kind: '429', times: 2, path: '/teams' })
  expect(set).toEqual({ status: 201, json: { failures: [{ kind: '429', times: 2, path: '/teams' }] } })
  expect((await raw('/teams')).status).toBe(429)
  expect((await control('GET', '/failures')).json).toEqual({
    failures: [{ kind: '429', times: 1, path: '/teams' }],
  })
  expect((await control('DELETE', '/failures')).json).toEqual({ failures: [] })
  expect((await raw('/teams')).status).toBe(200)
  expect((await control('POST', '/clock', { seconds: 3_600 })).json).toEqual({ time: '2026-11-22T16:00:00Z' })
  const rejected = [
    await control('POST', '/failures', { kind: 'earthquake' }),
    await control('POST', '/clock', { seconds: -1 }),
    await control('GET', '/nothing'),
  ]
  expect(rejected.map(reply => [reply.status, textAt(reply.json, 'error.code')])).toEqual([
    [400, 'invalid_request'],
    [400, 'invalid_request'],
    [404, 'not_found'],
  ])
})

test('the overview lists agents, flows and tips', async () => {
  const { json } = await control('GET', '')
  expect(listAt(json, 'agents').map(agent => at(agent, 'id'))).toContain('agt_security_audit')
  expect(listAt(json, 'flows').find(flow => at(flow, 'id') === 'flow_q3_campaign')).toMatchObject({
    name: 'Q3 Campaign Distributor',
    inputs: ['campaign_name', 'channel'],
  })
})

test('logs operation, body keys and status of requests, but no secret', async () => {
  await sandbox.post('/models/route', { input: 'a secret wish' })
  sandbox.injectFailure('hang')
  await expect(raw('/agents?search=x', { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout')
  expect(sandbox.requests).toEqual([
    {
      method: 'POST',
      path: '/api/v1/models/route',
      query: {},
      bodyKeys: ['input'],
      operationId: 'routeModel',
      status: 200,
    },
    {
      method: 'GET',
      path: '/api/v1/agents',
      query: { search: 'x' },
      bodyKeys: [],
      operationId: 'listAgents',
      status: 0,
    },
  ])
})
