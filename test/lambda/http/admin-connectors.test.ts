import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authenticate } from '../../../lambda/auth/authenticate.ts'
import { type AdminServer, CONNECTOR_BASE_URL, startAdminServer } from '../../support/admin-server.ts'
import { NOW_MS } from '../../support/connectors.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
  await server.ask('PUT', '/accounts/acme', { api_key: 'key-of-acme' })
})
afterAll(() => server.close())
beforeEach(() => {
  server.clock.nowMs = NOW_MS
})

const CONNECTORS = '/integrated-account/acme/mcp'
const MINIMAL = { name: 'Reporting' }

async function create(body: object = MINIMAL) {
  return (await server.ask('POST', CONNECTORS, body)).body
}

/** Whether the request path accepts this token now. */
async function works(token: string): Promise<boolean> {
  const deps = { table: server.table, inBackground: () => undefined }
  return (await authenticate({ pathToken: token, nowMs: server.clock.nowMs }, deps)).ok
}

describe('creating a connector', () => {
  test('returns the record, with token and URL this once', async () => {
    const { status, body } = await server.ask('POST', CONNECTORS, {
      name: '  Reporting ',
      config: { methods: ['read'], tags: ['artifacts', 'artifacts'], tool_exposure: 'all' },
      expires_at: '2026-11-23T01:00:00+01:00',
    })
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{16}$/),
      name: 'Reporting',
      account_id: 'acme',
      config: {
        methods: ['read'],
        tags: ['artifacts'],
        tool_exposure: 'all',
        require_api_token_auth: false,
        catalog_version: 2,
        max_result_characters: 48_000,
      },
      disabled: false,
      expires_at: '2026-11-23T00:00:00Z',
      created_by: expect.stringMatching(/^api-token:/),
      created_at: '2026-11-22T12:00:00Z',
      updated_at: '2026-11-22T12:00:00Z',
      last_used_at: null,
      last_used_from: null,
      revoked_at: null,
      token: expect.stringMatching(new RegExp(`^gmcp_${body.id}_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}$`)),
      url: `${CONNECTOR_BASE_URL}/mcp/${body.token}`,
    })
    const { token, url, ...record } = body
    expect((await server.ask('GET', `${CONNECTORS}/${body.id}`)).body).toEqual(record)
    expect(await works(token)).toBe(true)
  })

  test('applies safe defaults', async () => {
    const { config, expires_at } = await create()
    expect({ config, expires_at }).toEqual({
      config: {
        methods: [],
        tags: [],
        tool_exposure: 'essentials',
        require_api_token_auth: false,
        catalog_version: 2,
        max_result_characters: 48_000,
      },
      expires_at: null,
    })
  })

  test('lists every validation error with its path', async () => {
    const { status, body } = await server.ask('POST', CONNECTORS, {
      name: '',
      nmae: 'x',
      config: { methods: ['raed', 'list_all_gumloop_agent', 7], tags: ['session'], tool_exposure: 'some' },
      expires_at: '2026-11-22T12:00:59Z',
    })
    expect(status).toBe(400)
    expect(body.error.code).toBe('invalid_arguments')
    expect(body.error.errors).toEqual([
      { path: 'name', message: 'must not be empty' },
      {
        path: 'config.methods[0]',
        message:
          'unknown method "raed"; did you mean read? Use read, write, custom or the exact name of a tool',
      },
      {
        path: 'config.methods[1]',
        message:
          'unknown method "list_all_gumloop_agent"; did you mean list_all_gumloop_agents or list_all_gumloop_artifacts? Use read, write, custom or the exact name of a tool',
      },
      { path: 'config.methods[2]', message: 'must be a string' },
      {
        path: 'config.tags[0]',
        message:
          'unknown tag "session"; did you mean sessions? Available tags: agents, artifacts, flows, sessions',
      },
      { path: 'config.tool_exposure', message: 'must be one of all, essentials, discovery' },
      {
        path: 'expires_at',
        message: 'must be at least 60 seconds from now (server time 2026-11-22T12:00:00Z)',
      },
      { path: 'nmae', message: 'unknown field' },
    ])
  })

  test('sends validation errors as `errors` and, until 0.3, as `faults` too', async () => {
    const { body } = await server.ask('POST', CONNECTORS, { nmae: 'x' })
    expect(body.error.errors.map(({ path }) => path)).toEqual(['name', 'nmae'])
    expect(body.error.faults).toEqual(body.error.errors)
    const absent = await server.ask('GET', `${CONNECTORS}/${'a'.repeat(16)}`)
    expect(Object.keys(absent.body.error)).toEqual(['code', 'message'])
  })

  test('rejects a filter that no tool matches', async () => {
    const { status, body } = await server.ask('POST', CONNECTORS, {
      name: 'x',
      config: { methods: ['custom'], tags: ['agents'] },
    })
    expect([status, body.error.errors]).toEqual([
      400,
      [{ path: 'config', message: expect.stringContaining('no tool matches') }],
    ])
  })

  test.each([
    ['2026-11-22T13:00:00', 'must be a timestamp with a time zone'],
    ['tomorrow', 'must be a timestamp with a time zone'],
    ['2026-02-30T00:00:00Z', 'must be a timestamp with a time zone'],
    ['9999-12-31T23:59:59-12:00', 'is too far in the future'],
    ['2020-01-01T00:00:00Z', 'must be at least 60 seconds from now'],
  ])('rejects the expiry %s', async (expires_at, message) => {
    const { status, body } = await server.ask('POST', CONNECTORS, { name: 'x', expires_at })
    expect([status, body.error.errors]).toEqual([
      400,
      [{ path: 'expires_at', message: expect.stringContaining(message) }],
    ])
  })

  test.each([
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '{"name":"a\\u0007b"}',
    '{"name":"\\u202egnp"}',
    '{"__proto__":{"name":"x"}}',
  ])('rejects the body %s', async body => {
    const answer = await server.ask('POST', CONNECTORS, body)
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_arguments'])
  })

  test('requires an existing account', async () => {
    for (const account of ['globex', 'ACME', '%2e%2e', 'a%2Fb']) {
      const { status, body } = await server.ask('POST', `/integrated-account/${account}/mcp`, MINIMAL)
      expect([status, body.error.code]).toEqual([404, 'not_found'])
    }
  })
})

describe('listing connectors', () => {
  test('returns pages, newest first, within the account', async () => {
    await server.ask('PUT', '/accounts/paged', { api_key: 'k' })
    await server.ask('PUT', '/accounts/other', { api_key: 'k' })
    const path = '/integrated-account/paged/mcp'
    for (const name of ['a', 'b', 'c']) {
      server.clock.nowMs += 1000
      await server.ask('POST', path, { name })
    }
    await server.ask('POST', '/integrated-account/other/mcp', MINIMAL)
    const first = (await server.ask('GET', `${path}?limit=2`)).body
    const second = (await server.ask('GET', `${path}?limit=2&next_cursor=${first.next_cursor}`)).body
    const names = (page: { result: { name: string }[] }) => page.result.map(({ name }) => name)
    expect([names(first), names(second)]).toEqual([['c', 'b'], ['a']])
    expect([first.result_count, second.result_count, second.next_cursor]).toEqual([2, 1, null])
    expect(JSON.stringify([first, second])).not.toMatch(/gmcp_|"token"|sha256|"version"/)
    const elsewhere = await server.ask(
      'GET',
      `/integrated-account/other/mcp?next_cursor=${first.next_cursor}`,
    )
    expect(JSON.stringify(elsewhere.body.result ?? [])).not.toContain('"paged"')
  })

  test('rejects an invalid query and an unknown account', async () => {
    const bad = await server.ask('GET', `${CONNECTORS}?limit=0&next_cursor=x&page=2`)
    expect(bad.body.error.errors.map(({ path }) => path)).toEqual(['limit', 'page'])
    expect((await server.ask('GET', `${CONNECTORS}?next_cursor=x`)).body.error.errors[0]?.path).toBe(
      'next_cursor',
    )
    expect((await server.ask('GET', '/integrated-account/nobody/mcp')).status).toBe(404)
  })
})

describe('updating a connector', () => {
  test('changes only the given fields, merges config per field, and removes the expiry with null', async () => {
    const { id, token } = await create({
      name: 'x',
      config: { methods: ['read'], tags: ['agents'] },
      expires_at: '2026-11-23T00:00:00Z',
    })
    server.clock.nowMs += 5000
    const { status, body } = await server.ask('PATCH', `${CONNECTORS}/${id}`, {
      config: { tags: [], tool_exposure: 'all' },
      expires_at: null,
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      name: 'x',
      config: {
        methods: ['read'],
        tags: [],
        tool_exposure: 'all',
        require_api_token_auth: false,
        catalog_version: 2,
        max_result_characters: 48_000,
      },
      expires_at: null,
      updated_at: '2026-11-22T12:00:05Z',
    })
    expect(await works(token)).toBe(true)
  })

  test('takes a size of results within the limits, and keeps it', async () => {
    const { id } = await create({ name: 'x', config: { max_result_characters: 8000 } })
    const change = (max_result_characters: unknown) =>
      server.ask('PATCH', `${CONNECTORS}/${id}`, { config: { max_result_characters } })
    for (const wrong of [7999, 100_001, 20_000.5, '20000', null]) {
      const { status, body } = await change(wrong)
      expect([status, body.error.errors[0]?.path]).toEqual([400, 'config.max_result_characters'])
    }
    expect((await server.ask('PATCH', `${CONNECTORS}/${id}`, { name: 'y' })).body.config).toMatchObject({
      max_result_characters: 8000,
    })
    expect((await change(100_000)).body.config.max_result_characters).toBe(100_000)
  })

  test('validates the resulting filter, and requires a change', async () => {
    const { id } = await create({ name: 'x', config: { methods: ['read'] } })
    const empty = await server.ask('PATCH', `${CONNECTORS}/${id}`, { config: { tags: ['flows'] } })
    expect([empty.status, empty.body.error.errors[0]?.path]).toEqual([400, 'config'])
    expect((await server.ask('PATCH', `${CONNECTORS}/${id}`, {})).status).toBe(400)
    expect((await server.ask('PATCH', `${CONNECTORS}/${id}`, { revoked_at: null })).status).toBe(400)
  })

  test('disables immediately, and enables again', async () => {
    const { id, token } = await create()
    await server.ask('PATCH', `${CONNECTORS}/${id}`, { disabled: true })
    expect(await works(token)).toBe(false)
    await server.ask('PATCH', `${CONNECTORS}/${id}`, { disabled: false })
    expect(await works(token)).toBe(true)
  })

  test('concurrently gives one success and one conflict', async () => {
    const { id } = await create()
    const path = `${CONNECTORS}/${id}`
    const etag = (await server.ask('GET', path)).headers.get('etag') ?? ''
    const headers = { authorization: `Bearer ${server.token}`, 'if-match': etag }
    const answers = await Promise.all([
      server.ask('PATCH', path, { name: 'first' }, headers),
      server.ask('PATCH', path, { disabled: true }, headers),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const [winner, loser] = [...answers].sort((a, b) => a.status - b.status)
    expect(loser?.body.error).toEqual({
      code: 'conflict',
      message: 'The connector was changed by someone else in the meantime.',
      next_step: 'Read it again, then repeat the change.',
    })
    expect((await server.ask('GET', path)).body).toEqual(winner?.body)
  })

  test('keeps a last_used_at that was written meanwhile', async () => {
    const { id, token } = await create()
    const uses: Promise<void>[] = []
    const deps = { table: server.table, inBackground: (work: Promise<void>) => void uses.push(work) }
    const change = server.ask('PATCH', `${CONNECTORS}/${id}`, { name: 'y' })
    await authenticate({ pathToken: token, nowMs: NOW_MS }, deps)
    await Promise.all([change, ...uses])
    const { name, last_used_at } = (await server.ask('GET', `${CONNECTORS}/${id}`)).body
    expect({ name, last_used_at }).toEqual({ name: 'y', last_used_at: '2026-11-22T12:00:00Z' })
  })
})
