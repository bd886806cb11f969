/** API tokens that were created with other API tokens: they never outlive or outrank them. Over HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authenticate } from '../../../lambda/auth/authenticate.ts'
import { type AdminAnswer, type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { NOW_MS, storeApiToken, storeConnector } from '../../support/connectors.ts'

const HOUR_MS = 3_600_000
let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
beforeEach(() => {
  server.clock.nowMs = NOW_MS
})
afterAll(() => server.close())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const create = (input: object, creator = server.token): Promise<AdminAnswer> =>
  server.ask('POST', '/api-tokens', { name: 'x', scopes: ['admin'], ...input }, bearer(creator))
const statusOf = async (token: string) =>
  (await server.ask('GET', '/accounts', undefined, bearer(token))).status

/** A token, one that was created with it, and so on. */
async function chain(length: number, first: object = {}): Promise<AdminAnswer['body'][]> {
  const tokens = [(await create(first)).body]
  while (tokens.length < length) tokens.push((await create({}, tokens.at(-1)?.token)).body)
  return tokens
}

describe('a token that is created with another one', () => {
  test('names it, and so does the audit trail', async () => {
    const [parent, child] = await chain(2)
    expect(child?.parent_id).toBe(parent?.id)
    const { body } = await server.ask('GET', '/audit')
    expect(body.result.find(({ target }) => target === child?.id)).toMatchObject({
      action: 'api_token.create',
      actor: `api-token:${parent?.id}`,
      detail: { parent_id: parent?.id },
    })
  })

  test('expires with it at the latest, and does so where nothing is said', async () => {
    const [parent] = await chain(1, { expires_at: '2026-11-23T12:00:00Z' })
    expect((await create({}, parent?.token)).body.expires_at).toBe('2026-11-23T12:00:00Z')
    expect((await create({ expires_at: '2026-11-23T12:00:00Z' }, parent?.token)).status).toBe(201)
    for (const expires_at of ['2026-11-23T12:00:01Z', null]) {
      const { status, body } = await create({ expires_at }, parent?.token)
      expect([status, body.error.errors]).toEqual([
        400,
        [
          {
            path: 'expires_at',
            message: 'must not be later than 2026-11-23T12:00:00Z, when the token that creates it expires',
          },
        ],
      ])
    }
  })

  test('may be allowed what an administrator may grant', async () => {
    const [parent] = await chain(1)
    for (const scopes of [['connect'], ['admin', 'connect'], ['admin']])
      expect((await create({ scopes }, parent?.token)).status).toBe(201)
  })

  test('is refused as soon as any token above it is revoked, and shown as revoked', async () => {
    const [first, second, third] = await chain(3)
    expect(await statusOf(third?.token ?? '')).toBe(200)
    await server.ask('DELETE', `/api-tokens/${first?.id}`)
    expect([await statusOf(second?.token ?? ''), await statusOf(third?.token ?? '')]).toEqual([401, 401])
    const { body } = await server.ask('GET', '/api-tokens')
    const shown = body.result.find(({ id }) => id === third?.id)
    expect(shown?.revoked_at).toBe('2026-11-22T12:00:00Z')
  })

  test('descends from at most eight others', async () => {
    const tokens = await chain(8)
    expect(await statusOf(tokens.at(-1)?.token ?? '')).toBe(200)
    const tooDeep = await create({}, tokens.at(-1)?.token)
    expect([tooDeep.status, tooDeep.body.error.code]).toEqual([409, 'conflict'])
  })
})

describe('a token of an earlier version, whose creator alone is stored', () => {
  async function olderChild(parentId: string, over = {}): Promise<string> {
    const { record, token } = await storeApiToken(server.table, {
      scopes: ['admin'],
      created_by: `api-token:${parentId}`,
      ...over,
    })
    await server.table.updateItem(
      { pk: `API_TOKEN#${record.id}`, sk: 'API_TOKEN' },
      { expression: 'REMOVE ancestors', condition: 'attribute_exists(pk)', proof: 'repeatable' },
    )
    return token
  }

  test('ends when its creator, or the creator of that, is revoked', async () => {
    const [root] = await chain(1)
    const child = await olderChild(root?.id ?? '')
    const grandchild = await olderChild(/gapi_(\w{16})/.exec(child)?.[1] ?? '')
    expect(await statusOf(grandchild)).toBe(200)
    await server.ask('DELETE', `/api-tokens/${root?.id}`)
    expect([await statusOf(child), await statusOf(grandchild)]).toEqual([401, 401])
  })

  test('ends when its creator expires, although it does not expire itself', async () => {
    const [root] = await chain(1, { expires_at: '2026-11-22T13:00:00Z' })
    const child = await olderChild(root?.id ?? '')
    expect(await statusOf(child)).toBe(200)
    server.clock.nowMs = NOW_MS + HOUR_MS
    expect(await statusOf(child)).toBe(401)
  })

  test('is not valid when its creator has no item, cannot administer, or is itself', async () => {
    const { record } = await storeApiToken(server.table, { scopes: ['connect'] })
    for (const creator of ['0123456789abcdef', record.id])
      expect(await statusOf(await olderChild(creator))).toBe(401)
    const id = 'aaaabbbbccccdddd'
    expect(await statusOf(await olderChild(id, { id }))).toBe(401)
  })
})

test('a connector that requires an API token refuses a descendant of a revoked one, also in a call that is open', async () => {
  const [parent] = await chain(1)
  const { body: child } = await create({ scopes: ['connect'] }, parent?.token)
  const config = { methods: [], tags: [], tool_exposure: 'all' as const, require_api_token_auth: true }
  const { token } = await storeConnector(server.table, { config })
  const enter = () =>
    authenticate(
      { pathToken: token, authorization: `Bearer ${child.token}`, nowMs: NOW_MS },
      { table: server.table, inBackground: () => undefined },
    )
  const open = await enter()
  if (!open.ok) throw new Error('the call was not let in')
  expect(open.permit.configFrom(await open.permit.read(), NOW_MS)).toMatchObject(config)
  await server.ask('DELETE', `/api-tokens/${parent?.id}`)
  expect(open.permit.configFrom(await open.permit.read(), NOW_MS)).toBeUndefined()
  expect((await enter()).ok).toBe(false)
})

describe('with the longest life that a stage allows', () => {
  let limited: AdminServer
  beforeAll(async () => {
    limited = await startAdminServer({ maxApiTokenDays: 30 })
  })
  afterAll(() => limited.close())

  test('a token is valid for that long, and neither longer nor without an end', async () => {
    const ask = (input: object) =>
      limited.ask('POST', '/api-tokens', { name: 'x', scopes: ['connect'], ...input })
    expect((await ask({})).body.expires_at).toBe('2026-12-22T12:00:00Z')
    expect((await ask({ expires_at: '2026-12-01T00:00:00Z' })).body.expires_at).toBe('2026-12-01T00:00:00Z')
    for (const expires_at of ['2026-12-22T12:00:01Z', null]) {
      const { status, body } = await ask({ expires_at })
      expect([status, body.error.message]).toEqual([
        400,
        'Invalid expires_at: must not be later than 2026-12-22T12:00:00Z, since a token of this deployment is valid for at most 30 days.',
      ])
    }
  })
})
