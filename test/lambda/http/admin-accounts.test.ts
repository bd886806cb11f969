import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { markNeedsReauth } from '../../../lambda/accounts/account-state.ts'
import { accountSecretPolicy } from '../../../lambda/accounts/secret-policy.ts'
import { type AdminServer, SECRET_PREFIX, startAdminServer } from '../../support/admin-server.ts'
import { NOW_MS } from '../../support/connectors.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

const KEY = 'gumloop-key-that-must-not-leak'

describe('putting an account', () => {
  test('stores the key as its own secret, and does not return it', async () => {
    const { status, body } = await server.ask('PUT', '/accounts/acme', {
      api_key: KEY,
      user_id: 'u1',
      team_id: 't1',
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: 'acme',
      state: 'ready',
      refused_at: null,
      created_by: expect.stringMatching(/^api-token:/),
      created_at: '2026-11-22T12:00:00Z',
      updated_at: '2026-11-22T12:00:00Z',
    })
    expect(server.secretsManager.secrets.get(`${SECRET_PREFIX}acme`)).toBe(
      `{"api_key":"${KEY}","user_id":"u1","team_id":"t1"}`,
    )
    expect(server.secretsManager.takeOperations()).toEqual([
      'CreateSecret',
      'PutResourcePolicy',
      'UpdateSecret',
    ])
    expect(server.secretsManager.policies.get(`${SECRET_PREFIX}acme`)).toBe(
      accountSecretPolicy(SECRET_PREFIX),
    )
  })

  test('again replaces all credentials, and clears the rejected state', async () => {
    await server.ask('PUT', '/accounts/renewed', { api_key: 'old', user_id: 'u1' })
    await markNeedsReauth(server.table, 'renewed', NOW_MS)
    const refused = (await server.ask('GET', '/accounts/renewed')).body
    expect(refused).toMatchObject({ state: 'needs_reauth', refused_at: '2026-11-22T12:00:00Z' })
    server.clock.nowMs += 1000
    const { body } = await server.ask('PUT', '/accounts/renewed', { api_key: 'new' })
    server.clock.nowMs = NOW_MS
    expect(body).toEqual({ ...refused, state: 'ready', refused_at: null, updated_at: '2026-11-22T12:00:01Z' })
    expect(server.secretsManager.secrets.get(`${SECRET_PREFIX}renewed`)).toBe('{"api_key":"new"}')
  })

  test('lists the validation errors, and never repeats the key', async () => {
    const { status, body } = await server.ask('PUT', '/accounts/acme', {
      api_key: `${KEY} \n${KEY}`,
      user: 'u1',
    })
    expect([status, body.error.errors]).toEqual([
      400,
      [
        {
          path: 'api_key',
          message: 'must contain only visible ASCII characters; U+0020 at character 31 is not',
        },
        { path: 'user', message: 'unknown field' },
      ],
    ])
    expect(JSON.stringify(body)).not.toContain(KEY)
  })

  test.each(['ACME', '-a', 'a%2Fb', 'a'.repeat(64), '%00'])('rejects the name %s', async name => {
    const { status, body } = await server.ask('PUT', `/accounts/${name}`, { api_key: 'k' })
    expect([status, body.error.errors]).toEqual([
      400,
      [{ path: 'account_id', message: expect.stringContaining('1 to 63') }],
    ])
  })

  test('creates no account if the secret cannot be stored', async () => {
    server.secretsManager.failNext({ status: 400, type: 'AccessDeniedException' })
    const { status, body } = await server.ask('PUT', '/accounts/unlucky', { api_key: KEY })
    expect([status, body.error.message]).toEqual([500, 'The credentials could not be stored. Try again.'])
    expect((await server.ask('GET', '/accounts/unlucky')).status).toBe(404)
    const [entry] = (await server.ask('GET', '/audit?account_id=unlucky')).body.result
    expect(entry).toMatchObject({ action: 'account.put', outcome: 'failed', error: 'internal' })
  })
})

describe('accounts', () => {
  test('are listed by name, page by page', async () => {
    for (const id of ['zeta', 'alpha']) await server.ask('PUT', `/accounts/${id}`, { api_key: 'k' })
    const names: string[] = []
    let cursor = ''
    do {
      const { body } = await server.ask('GET', `/accounts?limit=1${cursor}`)
      names.push(...body.result.map(({ id }) => id))
      cursor = body.next_cursor === null ? '' : `&next_cursor=${body.next_cursor}`
    } while (cursor !== '')
    expect(names).toEqual(['acme', 'alpha', 'renewed', 'zeta'])
  })

  test('are removed with their key, but not while a connector is in use', async () => {
    await server.ask('PUT', '/accounts/leaving', { api_key: KEY })
    const connector = (await server.ask('POST', '/integrated-account/leaving/mcp', { name: 'x' })).body
    const refused = await server.ask('DELETE', '/accounts/leaving')
    expect([refused.status, refused.body.error.code]).toEqual([409, 'conflict'])

    const removed = await server.ask('DELETE', '/accounts/leaving?revoke_connectors=true')
    expect([removed.status, removed.body.id]).toEqual([200, 'leaving'])
    expect(server.secretsManager.secrets.has(`${SECRET_PREFIX}leaving`)).toBe(false)
    expect((await server.ask('GET', '/accounts/leaving')).status).toBe(404)
    expect((await server.ask('GET', '/accounts')).body.result.map(({ id }) => id)).not.toContain('leaving')
    const left = (await server.ask('GET', '/integrated-account/leaving/mcp')).body.result
    expect(left).toMatchObject([{ id: connector.id, revoked_at: '2026-11-22T12:00:00Z' }])
    expect((await server.ask('POST', '/integrated-account/leaving/mcp', { name: 'x' })).status).toBe(404)
  })

  test('are restored when they are put again', async () => {
    await server.ask('PUT', '/accounts/returning', { api_key: KEY })
    await server.ask('DELETE', '/accounts/returning')
    const { status, body } = await server.ask('PUT', '/accounts/returning', { api_key: KEY })
    expect([status, body.state]).toEqual([200, 'ready'])
    expect((await server.ask('GET', '/accounts?limit=100')).body.result).toContainEqual(body)
    const item = await server.table.getItem({ pk: 'ACCOUNT#returning', sk: 'ACCOUNT' }, { consistent: true })
    expect(item?.ttl).toBeUndefined()
  })
})
