import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authenticate } from '../../../lambda/auth/authenticate.ts'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
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

describe('rotating a connector', () => {
  test('creates a new secret, and rejects the old one immediately', async () => {
    const { id, token } = await create()
    const { status, body } = await server.ask('POST', `${CONNECTORS}/${id}/rotate`)
    expect([status, body.id, body.token === token]).toEqual([200, id, false])
    expect([await works(token), await works(body.token)]).toEqual([false, true])
  })

  test('accepts the old secret for its grace period, and never more than one old secret', async () => {
    const { id, token: first } = await create()
    const { token: second } = (
      await server.ask('POST', `${CONNECTORS}/${id}/rotate`, { grace_seconds: 3600 })
    ).body
    expect([await works(first), await works(second)]).toEqual([true, true])
    await server.ask('PATCH', `${CONNECTORS}/${id}`, { name: 'still both' })
    expect(await works(first)).toBe(true)
    const { token: third } = (await server.ask('POST', `${CONNECTORS}/${id}/rotate`, { grace_seconds: 3600 }))
      .body
    expect([await works(first), await works(second), await works(third)]).toEqual([false, true, true])
    server.clock.nowMs += 3_600_000
    expect([await works(second), await works(third)]).toEqual([false, true])
  })

  test.each([-1, 86_401, 1.5, '60'])('rejects a grace period of %j', async grace_seconds => {
    const { id } = await create()
    const { status, body } = await server.ask('POST', `${CONNECTORS}/${id}/rotate`, { grace_seconds })
    expect([status, body.error.errors[0]?.path]).toEqual([400, 'grace_seconds'])
  })
})

describe('revoking a connector', () => {
  test('is immediate and permanent, keeps the record, and can be repeated', async () => {
    const { id, token } = await create()
    const { status, body } = await server.ask('DELETE', `${CONNECTORS}/${id}`)
    expect([status, body.revoked_at]).toEqual([200, '2026-11-22T12:00:00Z'])
    expect(await works(token)).toBe(false)
    server.clock.nowMs += 60_000
    expect((await server.ask('DELETE', `${CONNECTORS}/${id}`)).body).toEqual(body)
    for (const [method, path] of [
      ['PATCH', ''],
      ['POST', '/rotate'],
    ] as const) {
      const again = await server.ask(
        method,
        `${CONNECTORS}/${id}${path}`,
        method === 'PATCH' ? { disabled: false } : {},
      )
      expect([again.status, again.body.error.code]).toEqual([409, 'conflict'])
    }
    const year = 365 * 86_400
    const item = await server.table.getItem({ pk: `CONNECTOR#${id}`, sk: 'CONNECTOR' }, { consistent: true })
    expect(item?.ttl).toBe(NOW_MS / 1000 + year)
  })

  test('wins against concurrent changes', async () => {
    const { id, token } = await create()
    const path = `${CONNECTORS}/${id}`
    const changes = ['a', 'b', 'c'].map(name => server.ask('PATCH', path, { name }))
    const revoked = await server.ask('DELETE', path)
    await Promise.all(changes)
    expect(revoked.status).toBe(200)
    expect(await works(token)).toBe(false)
  })
})

describe('a connector of another account', () => {
  test('is not found by any operation', async () => {
    await server.ask('PUT', '/accounts/stranger', { api_key: 'k' })
    const { id } = await create()
    const path = `/integrated-account/stranger/mcp/${id}`
    const answers = [
      await server.ask('GET', path),
      await server.ask('PATCH', path, { name: 'mine' }),
      await server.ask('DELETE', path),
      await server.ask('POST', `${path}/rotate`),
      await server.ask('GET', `${CONNECTORS}/${'z'.repeat(16)}`),
      await server.ask('GET', `${CONNECTORS}/..%2f..`),
    ]
    expect(answers.map(({ status, body }) => [status, body.error.code])).toEqual(
      answers.map(() => [404, 'not_found']),
    )
  })
})
