import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool } from '../../../lambda/catalog/catalog.ts'
import type { RequestPlan } from '../../../lambda/catalog/tool.ts'
import { type CallContext, callGumloop } from '../../../lambda/gumloop/client.ts'
import { AppError } from '../../../lambda/shared/errors.ts'
import {
  type ScriptedAnswer,
  type ScriptedUpstream,
  startScriptedUpstream,
} from '../../support/scripted-upstream.ts'

let upstream: ScriptedUpstream
beforeAll(async () => {
  upstream = await startScriptedUpstream()
})
afterAll(() => upstream.close())

const credentials = { apiKey: 'key-1', userId: 'user-1', teamId: 'team-1' }

function context(over: Partial<CallContext> = {}): CallContext {
  return {
    hosts: { baseUrl: upstream.baseUrl, streamBaseUrl: `${upstream.baseUrl}/stream` },
    credentials,
    refreshCredentials: async () => credentials,
    deadlineMs: Date.now() + 5000,
    ...over,
  }
}

function planOf(tool: string): RequestPlan {
  const plan = findTool(tool)?.plan
  if (!plan) throw new Error(`${tool} has no plan`)
  return plan
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    rejection => rejection,
  )
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${error}`)
  return error
}

const LIST_AGENTS = 'list_all_gumloop_agents'
const START_SESSION = 'create_a_gumloop_session'

describe('requests', () => {
  test('have path, query and body fields in place, with the account’s defaults', async () => {
    upstream.script({ status: 202, json: { session: { id: 's1' } } })
    const plan = planOf(START_SESSION)
    const result = await callGumloop(plan, { agent_id: 'a b', input: 'go', session_id: 'mine' }, context())
    expect(result).toEqual({ status: 202, value: { session: { id: 's1' } }, isEmpty: false })
    const [request] = upstream.requests
    expect(request).toMatchObject({ method: 'POST', url: '/api/v1/agents/a%20b/sessions?team_id=team-1' })
    expect(JSON.parse(request?.body ?? '')).toEqual({ input: 'go', session_id: 'mine' })
    expect(request?.headers).toMatchObject({ authorization: 'Bearer key-1', 'x-auth-key': 'user-1' })
  })

  test('of GET operations have a query with the account’s team, and no body', async () => {
    upstream.script({ status: 200, json: { agents: [] } })
    await callGumloop(planOf(LIST_AGENTS), { search: 'a&b=c', page_size: 20, has_triggers: true }, context())
    expect(upstream.requests[0]).toMatchObject({
      url: '/api/v1/agents?team_id=team-1&search=a%26b%3Dc&has_triggers=true&page_size=20',
      body: '',
    })
  })

  test('have no x-auth-key without a user id, and arguments override account defaults', async () => {
    upstream.script({ status: 200, json: {} })
    const plan = planOf('list_all_gumloop_flows')
    await callGumloop(
      plan,
      { project_id: 'other' },
      context({ credentials: { apiKey: 'k', teamId: 'team-1' } }),
    )
    expect(upstream.requests[0]?.url).toBe('/api/v1/list_saved_items?project_id=other&team_id=other')
    expect(upstream.requests[0]?.headers).not.toHaveProperty('x-auth-key')
  })

  test('of chat completions go to the streaming host', async () => {
    upstream.script({ status: 200, json: { choices: [] } })
    await callGumloop(planOf('create_a_gumloop_chat_completion'), { model: 'm', messages: [] }, context())
    expect(upstream.requests[0]?.url).toBe('/api/v1/stream/chat/completions')
  })

  test.each([
    '..',
    '.',
    'a/b',
    'a\\b',
    '%2e%2e',
    'a%2fb',
    'a?b',
    'a#b',
    '',
    'a\u0000',
    'x'.repeat(600),
    '\ud800',
  ])('with the id %j are rejected before anything is sent', async id => {
    upstream.script({ status: 200, json: {} })
    const error = await failure(
      callGumloop(planOf('get_single_gumloop_session_by_id'), { session_id: id }, context()),
    )
    expect(error.code).toBe('invalid_arguments')
    expect(error.details.errors?.[0]?.path).toBe('session_id')
    expect(upstream.requests).toEqual([])
  })
})

describe('responses', () => {
  const shapes: [string, Parameters<ScriptedUpstream['script']>[0], string, Record<string, unknown>][] = [
    [
      'the newer object shape',
      {
        status: 409,
        json: { error: { code: 'session_already_exists', message: 'taken', type: 'x', param: null } },
      },
      'conflict',
      { upstreamCode: 'session_already_exists', upstreamStatus: 409 },
    ],
    [
      'a plan gate',
      { status: 403, json: { error: 'tier_required_pro', minimum_tier: 'pro' } },
      'forbidden',
      { upstreamCode: 'tier_required_pro' },
    ],
    [
      'an OAuth failure',
      { status: 400, json: { error: 'invalid_grant', error_description: 'expired' } },
      'upstream_rejected',
      { upstreamCode: 'invalid_grant' },
    ],
    ['plain text', { status: 404, text: 'Run not found' }, 'not_found', { upstreamStatus: 404 }],
    [
      'HTML',
      { status: 500, text: '<html><body>Oops</body></html>', headers: { 'content-type': 'text/html' } },
      'upstream_unavailable',
      { upstreamStatus: 500 },
    ],
    ['a primitive', { status: 402, json: 'no' }, 'insufficient_credits', { upstreamStatus: 402 }],
    [
      'too large',
      { status: 413, json: { error: { code: 'file_too_large' } } },
      'payload_too_large',
      { upstreamCode: 'file_too_large' },
    ],
  ]
  test.each(shapes)('of the kind "%s" become an AppError', async (_, answer, code, details) => {
    upstream.script(answer)
    const error = await failure(callGumloop(planOf(START_SESSION), { agent_id: 'a', input: 'x' }, context()))
    expect(error.code).toBe(code)
    expect(error.details).toMatchObject(details)
    expect(error.message).not.toMatch(/[<>]/)
  })

  test('with status 400 and a field name it in the error', async () => {
    upstream.script({
      status: 400,
      json: { error: { code: 'invalid_request', message: 'must be text', param: 'input' } },
    })
    const error = await failure(callGumloop(planOf(START_SESSION), { agent_id: 'a', input: 'x' }, context()))
    expect(error.details.errors).toEqual([{ path: 'input', message: 'must be text' }])
    expect(error.details.mayHaveTakenEffect).toBe(false)
  })

  test('of status 204 are an empty object; a success that is not JSON may have taken effect', async () => {
    upstream.script({ status: 204 }, { status: 200, text: '<html>' })
    const plan = planOf('create_a_gumloop_flow_run')
    expect(await callGumloop(plan, { saved_item_id: 'f' }, context(), { x: 1 })).toEqual({
      status: 204,
      value: {},
      isEmpty: true,
    })
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      x: 1,
      user_id: 'user-1',
      project_id: 'team-1',
      saved_item_id: 'f',
    })
    const error = await failure(callGumloop(plan, { saved_item_id: 'f' }, context()))
    expect(error.code).toBe('upstream_invalid')
    expect(error.details.mayHaveTakenEffect).toBe(true)
  })
})

describe('retries and waiting', () => {
  test('a safe read survives keep-alive connections that are all closed', async () => {
    const read = () => callGumloop(planOf(LIST_AGENTS), {}, context())
    // Both requests are open at the same time, so that two connections are kept alive.
    const open: ServerResponse[] = []
    const answers: ScriptedAnswer = (_, response) => {
      open.push(response)
      if (open.length === 2) for (const one of open) one.end('{}')
    }
    const closes: ScriptedAnswer = (_, response) => response.socket?.destroy()
    upstream.script(answers, answers, closes, closes, { status: 200, json: { agents: [] } })
    await Promise.all([read(), read()])
    expect((await read()).status).toBe(200)
    expect(upstream.requests.length).toBe(5)
  })

  test('a safe read survives a 502 and a reset connection', async () => {
    upstream.script({ status: 502 }, (_, response) => response.socket?.destroy(), {
      status: 200,
      json: { agents: [1] },
    })
    const result = await callGumloop(planOf(LIST_AGENTS), {}, context())
    expect(result.value).toEqual({ agents: [1] })
    expect(upstream.requests.length).toBe(3)
  })

  test('a change is sent once, and an unclear failure may have taken effect', async () => {
    upstream.script((_, response) => response.socket?.destroy())
    const error = await failure(callGumloop(planOf(START_SESSION), { agent_id: 'a', input: 'x' }, context()))
    expect(error.code).toBe('upstream_unavailable')
    expect(error.details.mayHaveTakenEffect).toBe(true)
    expect(upstream.requests.length).toBe(1)
  })

  test('a 429 is passed on immediately with its wait and normalized headers, even for a read', async () => {
    const seen: Record<string, string>[] = []
    upstream.script({ status: 429, json: {}, headers: { 'retry-after': '7', 'x-ratelimit-limit': '60' } })
    const error = await failure(
      callGumloop(
        planOf(LIST_AGENTS),
        {},
        context({ onAnswer: answer => seen.push(answer.rateLimitHeaders) }),
      ),
    )
    expect(error.code).toBe('rate_limited')
    expect(error.details.retryAfterSeconds).toBe(7)
    expect(upstream.requests.length).toBe(1)
    expect(seen).toEqual([{ 'ratelimit-limit': '60', 'ratelimit-reset': '7', 'ratelimit-remaining': '0' }])
  })

  test('a hanging response ends at the deadline', async () => {
    upstream.script(() => undefined)
    const startedMs = Date.now()
    const error = await failure(
      callGumloop(planOf(START_SESSION), { agent_id: 'a' }, context({ deadlineMs: Date.now() + 900 })),
    )
    expect(error.code).toBe('upstream_timeout')
    expect(error.details.mayHaveTakenEffect).toBe(true)
    expect(Date.now() - startedMs).toBeLessThan(2000)
  })

  test('an unreachable host has certainly not executed the change', async () => {
    const hosts = { baseUrl: 'http://127.0.0.1:9/api/v1', streamBaseUrl: 'http://127.0.0.1:9' }
    const error = await failure(callGumloop(planOf(START_SESSION), { agent_id: 'a' }, context({ hosts })))
    expect(error.code).toBe('upstream_unavailable')
    expect(error.details.mayHaveTakenEffect).toBe(false)
    expect(error.message).not.toContain('127.0.0.1')
  })

  test('a client that disconnects cancels the call', async () => {
    const leaving = new AbortController()
    upstream.script(() => leaving.abort())
    const error = await failure(callGumloop(planOf(LIST_AGENTS), {}, context({ signal: leaving.signal })))
    expect(error.code).toBe('cancelled')
  })

  test('a response over the limit is rejected', async () => {
    upstream.script((_, response) => {
      response.writeHead(200)
      const chunk = Buffer.alloc(1024 * 1024, 32)
      const push = () => {
        while (response.write(chunk)) if (response.destroyed) return
      }
      response.on('drain', push)
      push()
    })
    const error = await failure(callGumloop(planOf(START_SESSION), { agent_id: 'a' }, context()))
    expect(error.code).toBe('upstream_invalid')
  })
})

describe('a rejected key', () => {
  test('is read again once, and the newer key is used', async () => {
    upstream.script(
      { status: 401, json: { error: { code: 'invalid_token' } } },
      { status: 200, json: { agents: [] } },
    )
    const fresh = { ...credentials, apiKey: 'key-2' }
    await callGumloop(planOf(LIST_AGENTS), {}, context({ refreshCredentials: async () => fresh }))
    expect(upstream.requests.map(request => request.headers.authorization)).toEqual([
      'Bearer key-1',
      'Bearer key-2',
    ])
  })

  test('is reported if there is no newer one', async () => {
    upstream.script({ status: 401, json: { error: { code: 'invalid_token' } } })
    const error = await failure(callGumloop(planOf(LIST_AGENTS), {}, context()))
    expect(error.code).toBe('credentials_refused')
    expect(upstream.requests.length).toBe(1)
  })
})
