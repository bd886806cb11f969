import http from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { NOW_MS, storeApiToken } from '../../support/connectors.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
  await server.ask('PUT', '/accounts/acme', { api_key: 'the-key-of-acme' })
})
afterAll(() => server.close())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('the administrator token', () => {
  test('is checked before anything else, with the same response to every invalid token', async () => {
    const valid = server.token
    const wrong = [
      {},
      bearer(''),
      bearer('nonsense'),
      { authorization: `Basic ${valid}` },
      bearer(`${valid.slice(0, -1)}`),
      bearer((await storeApiToken(server.table, { scopes: ['connect'] })).token),
      bearer(
        (await storeApiToken(server.table, { scopes: ['admin'], expires_at: '2026-11-22T12:00:00Z' })).token,
      ),
      bearer(
        (await storeApiToken(server.table, { scopes: ['admin'], revoked_at: '2026-11-22T11:00:00Z' })).token,
      ),
    ]
    const answers = []
    for (const headers of wrong) {
      server.dynalite.takeOperations()
      const {
        status,
        headers: got,
        body,
      } = await server.ask('POST', '/accounts/acme?x', '{not json', headers)
      answers.push({
        status,
        challenge: got.get('www-authenticate'),
        body,
        reads: server.dynalite.takeOperations(),
      })
    }
    const unauthorized = {
      status: 401,
      challenge: 'Bearer',
      body: {
        error: {
          code: 'unauthorized',
          message: 'A valid administrator token is required: Authorization: Bearer gapi_…',
        },
      },
      reads: ['GetItem'],
    }
    expect(answers).toEqual(wrong.map(() => unauthorized))
    expect((await server.ask('GET', '/nowhere', undefined, {})).status).toBe(401)
  })

  test('is returned once, records its use, and is rejected once revoked', async () => {
    const created = await server.ask('POST', '/api-tokens', {
      name: 'ci',
      scopes: ['admin', 'admin', 'connect'],
    })
    expect(created.status).toBe(201)
    const { token, ...record } = created.body
    expect(record).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{16}$/),
      accounts: null,
      connectors: null,
      name: 'ci',
      scopes: ['admin', 'connect'],
      expires_at: null,
      created_by: expect.stringMatching(/^api-token:/),
      parent_id: expect.stringMatching(/^[a-z0-9]{16}$/),
      created_at: '2026-11-22T12:00:00Z',
      last_used_at: null,
      revoked_at: null,
    })
    expect((await server.ask('GET', '/accounts', undefined, bearer(token))).status).toBe(200)
    const listed = (await server.ask('GET', '/api-tokens')).body.result
    expect(listed).toContainEqual({ ...record, last_used_at: '2026-11-22T12:00:00Z' })
    expect(JSON.stringify(listed)).not.toContain(token.slice(-43))

    const revoked = await server.ask('DELETE', `/api-tokens/${record.id}`)
    expect([revoked.status, revoked.body.revoked_at]).toEqual([200, '2026-11-22T12:00:00Z'])
    expect((await server.ask('GET', '/accounts', undefined, bearer(token))).status).toBe(401)
    expect((await server.ask('DELETE', `/api-tokens/${record.id}`)).body).toEqual(revoked.body)
  })

  test.each([
    [{ name: 'x' }, 'scopes'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['root'] }, 'scopes[0]'],
    [{ name: 'x', scopes: ['admin'], expires_at: 60 }, 'expires_at'],
  ])('is not created from %j', async (body, path) => {
    const answer = await server.ask('POST', '/api-tokens', body)
    expect([answer.status, answer.body.error.errors[0]?.path]).toEqual([400, path])
  })
})

describe('every response', () => {
  test('is JSON that must not be cached, and the same for every unknown route', async () => {
    const answers = await Promise.all([
      server.ask('GET', '/nowhere'),
      server.ask('DELETE', '/accounts'),
      server.ask('POST', '/integrated-account/acme'),
      server.ask('PUT', `/api-tokens/${'a'.repeat(16)}`, {}),
    ])
    expect(answers.map(({ status, body }) => [status, body.error.code])).toEqual(
      answers.map(() => [404, 'not_found']),
    )
    for (const { headers } of answers) {
      expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
        'no-store',
        'nosniff',
      ])
    }
  })

  test('is 413 for a body that is too large', async () => {
    const { status, body } = await server.ask('POST', '/integrated-account/acme/mcp', {
      name: 'x'.repeat(100_001),
    })
    expect([status, body.error.code]).toEqual([413, 'payload_too_large'])
  })

  test('rejects invalid input without an internal error', async () => {
    const before = (await server.ask('GET', '/integrated-account/acme/mcp')).body.result_count
    const segment = fc.oneof(
      fc.constantFrom('accounts', 'integrated-account', 'acme', 'mcp', 'api-tokens', 'rotate', 'audit'),
      fc.webSegment(),
    )
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'HEAD', 'TRACE'),
      segments: fc.array(segment, { maxLength: 6 }),
      query: fc.webQueryParameters(),
      body: fc.oneof(fc.json(), fc.string()),
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ method, segments, query, body }) => {
        const path = `/${segments.join('/')}?${query}`
        const { status, text } = await raw(method, path, method === 'GET' || method === 'HEAD' ? '' : body)
        expect(status).toBeLessThan(500)
        expect(text).not.toMatch(/the-key-of-acme|sha256|at \w+ \(/)
      }),
      { numRuns: 60 },
    )
    expect((await server.ask('GET', '/integrated-account/acme/mcp')).body.result_count).toBe(before)
  })
})

describe('the audit trail', () => {
  test('lists who changed what, newest first, with the outcome', async () => {
    const path = '/integrated-account/acme/mcp'
    // Later than the entries of the other tests: entries of the same millisecond have no defined order.
    server.clock.nowMs = NOW_MS + 10_000
    const { id } = (await server.ask('POST', path, { name: 'audited' })).body
    server.clock.nowMs += 1000
    await server.ask('PATCH', `${path}/${id}`, { config: { methods: ['read'] } })
    server.clock.nowMs += 1000
    await server.ask('DELETE', `${path}/${id}`)
    server.clock.nowMs = NOW_MS
    const { body } = await server.ask('GET', '/audit?account_id=acme&limit=3')
    const common = {
      actor: expect.stringMatching(/^api-token:/),
      account_id: 'acme',
      target: id,
      outcome: 'done',
      error: null,
    }
    expect(body.result).toEqual([
      { ...common, at: '2026-11-22T12:00:12.000Z', action: 'connector.revoke', detail: {} },
      {
        ...common,
        at: '2026-11-22T12:00:11.000Z',
        action: 'connector.update',
        detail: { config: { methods: ['read'] } },
      },
      {
        ...common,
        at: '2026-11-22T12:00:10.000Z',
        action: 'connector.create',
        detail: expect.objectContaining({ name: 'audited' }),
      },
    ])
    const next = await server.ask('GET', `/audit?account_id=acme&limit=100&next_cursor=${body.next_cursor}`)
    expect(next.body.result).toContainEqual(
      expect.objectContaining({ action: 'account.put', target: 'acme', outcome: 'done' }),
    )
    const tokens = (await server.ask('GET', '/audit')).body.result
    expect(tokens.map(({ action }) => action)).toContain('api_token.revoke')
  })
})

describe('storage and logs', () => {
  test('contain no token and no key, only hashes', async () => {
    const connector = (await server.ask('POST', '/integrated-account/acme/mcp', { name: 'planted' })).body
    const apiToken = (await server.ask('POST', '/api-tokens', { name: 'planted', scopes: ['connect'] })).body
    const rotated = (
      await server.ask('POST', `/integrated-account/acme/mcp/${connector.id}/rotate`, { grace_seconds: 60 })
    ).body
    server.secretsManager.failNext({ status: 400, type: 'AccessDeniedException' })
    await server.ask('PUT', '/accounts/acme', { api_key: 'a-planted-key' })
    const everything = (await server.dynalite.dump()) + server.logLines.join('')
    expect(everything).toContain('planted')
    for (const { token } of [connector, apiToken, rotated, { token: server.token }]) {
      expect(everything).not.toContain(token.slice(-43))
    }
    expect(everything).not.toMatch(/the-key-of-acme|a-planted-key/)
    expect(server.logLines).toHaveLength(1)
  })
})

/** A request that `fetch` would not send. */
function raw(method: string, path: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      `${server.url}/`,
      { method, path, headers: bearer(server.token) },
      response => {
        let text = ''
        response.on('data', chunk => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
