import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type AuthInput, authenticate } from '../../../lambda/auth/authenticate.ts'
import { createTable } from '../../../lambda/aws/table.ts'
import type { Table } from '../../../lambda/aws/table-access.ts'
import { createTableReader } from '../../../lambda/aws/table-reader.ts'
import { connectorKey } from '../../../lambda/connectors/connector-item.ts'
import { formatToken, hashSecret, mintId, mintSecret } from '../../../lambda/connectors/token.ts'
import { NOW_MS, storeApiToken, storeConnector } from '../../support/connectors.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'

/** Counts the hashes of a request, over the real hash function. */
const hashes = vi.hoisted(() => ({ count: 0 }))
vi.mock('node:crypto', async original => {
  const crypto = await original<typeof import('node:crypto')>()
  return {
    ...crypto,
    createHash: (name: string) => {
      hashes.count += name === 'sha256' ? 1 : 0
      return crypto.createHash(name)
    },
  }
})

const REQUIRING = {
  methods: [],
  tags: [],
  tool_exposure: 'all',
  require_api_token_auth: true,
  max_result_characters: 48_000,
} as const
const requiring = { config: { ...REQUIRING, methods: [], tags: [] } }

let dynalite: DynaliteTable
let table: Table
beforeAll(async () => {
  dynalite = await startDynaliteTable()
  table = createTable({ tableName: TABLE_NAME })
})
afterAll(() => dynalite.close())

/** One authentication over the wire, with its reads, hashes, and completed background work. */
async function authenticated(input: Partial<AuthInput>) {
  const background: Promise<void>[] = []
  const reader = createTableReader({ tableName: TABLE_NAME })
  dynalite.takeOperations()
  hashes.count = 0
  const deps = { table: reader, inBackground: (work: Promise<void>) => void background.push(work) }
  const result = await authenticate({ nowMs: NOW_MS, ...input }, deps)
  const hashed = hashes.count
  await Promise.all(background)
  return { result, operations: dynalite.takeOperations(), hashed }
}

describe('an active connector', () => {
  test('is authenticated by path and by header, and its use is recorded once a minute', async () => {
    const { record, token } = await storeConnector(table, { expires_at: '2026-11-22T13:00:00Z' })
    const principal = {
      connectorId: record.id,
      connectorName: 'Reporting',
      accountId: 'acme',
      config: record.config,
      expiresAtMs: Date.parse('2026-11-22T13:00:00Z'),
      createdBy: 'tester',
    }
    const byPath = await authenticated({ pathToken: token, nowMs: NOW_MS + 31_000 })
    expect(byPath.result).toEqual({ ok: true, principal, permit: expect.any(Object) })
    expect(byPath.operations).toEqual(['GetItem', 'UpdateItem'])

    const byHeader = await authenticated({ authorization: `Bearer ${token}`, nowMs: NOW_MS + 59_000 })
    expect(byHeader.result).toEqual({ ok: true, principal, permit: expect.any(Object) })
    expect(byHeader.operations).toEqual(['GetItem'])
    const item = await table.getItem(connectorKey(record.id), { consistent: true })
    expect(item?.last_used_at).toBe('2026-11-22T12:00:00Z')
  })

  test('accepts the previous secret only until its grace period ends', async () => {
    const old = mintSecret()
    const previous = { secretHash: hashSecret(old), validUntilMs: NOW_MS + 1 }
    const { record } = await storeConnector(table, {}, previous)
    const pathToken = `gmcp_${record.id}_${old}`
    expect((await authenticated({ pathToken })).result).toMatchObject({
      principal: { expiresAtMs: NOW_MS + 1 },
    })
    expect((await authenticated({ pathToken, nowMs: NOW_MS + 1 })).result).toEqual({ ok: false, via: 'path' })
  })

  test('does not fail if its use cannot be recorded', async () => {
    const { token } = await storeConnector(table)
    const reader = createTableReader({ tableName: TABLE_NAME })
    const broken = { ...reader, updateItem: () => Promise.reject(new Error('throttled')) }
    const background: Promise<void>[] = []
    const inBackground = (work: Promise<void>) => void background.push(work)
    const result = await authenticate({ pathToken: token, nowMs: NOW_MS }, { table: broken, inBackground })
    expect(result.ok).toBe(true)
    await expect(Promise.all(background)).resolves.toHaveLength(1)
  })
})

describe('rejections', () => {
  /** Every kind of invalid token, as it appears in the path. */
  async function refusedTokens(): Promise<Record<string, string>> {
    const [good, other] = [await storeConnector(table), await storeConnector(table)]
    const [, id, secret] = /^gmcp_([^_]+)_(.+)$/.exec(good.token) ?? []
    return {
      expired: (await storeConnector(table, { expires_at: '2026-11-22T12:00:00Z' })).token,
      revoked: (await storeConnector(table, { revoked_at: '2026-11-22T11:59:59Z' })).token,
      disabled: (await storeConnector(table, { disabled: true })).token,
      'requiring an API token': (await storeConnector(table, requiring)).token,
      'never minted': `gmcp_${'z'.repeat(16)}_${mintSecret()}`,
      'one character wrong': good.token.slice(0, -2) + (good.token.at(-2) === 'A' ? 'BA' : 'AA'),
      'another connector’s id with its own secret': `gmcp_${other.record.id}_${secret}`,
      truncated: good.token.slice(0, -1),
      extended: `${good.token}A`,
      'in upper case': good.token.toUpperCase(),
      'with another prefix': `gapi_${id}_${secret}`,
      'with a space in it': `${good.token.slice(0, 30)} ${good.token.slice(30)}`,
      'the hash instead of the secret': `gmcp_${id}_${createHash('sha256').update(String(secret)).digest('hex')}`,
      empty: '',
      'very long': 'g'.repeat(100_000),
    }
  }

  test('are indistinguishable: same result, same reads, same hashes', async () => {
    const costs = new Map<string, unknown>()
    for (const [reason, token] of Object.entries(await refusedTokens())) {
      costs.set(`${reason}, path`, await authenticated({ pathToken: token }))
      costs.set(`${reason}, header`, await authenticated({ authorization: `Bearer ${token}` }))
    }
    const same = (via: string) => ({ result: { ok: false, via }, operations: ['GetItem'], hashed: 1 })
    const expected = [...costs.keys()].map(name => [name, same(name.endsWith('path') ? 'path' : 'header')])
    expect([...costs]).toEqual(expected)
  })

  test('do the same work with an API token in the header, valid or not', async () => {
    const { token: connectToken } = await storeApiToken(table)
    const { token: requiringToken } = await storeConnector(table, requiring)
    const { token: boundElsewhere } = await storeApiToken(table, { connectors: ['z'.repeat(16)] })
    const input = (pathToken: string, apiToken: string) => ({
      pathToken,
      authorization: `Bearer ${apiToken}`,
    })
    const attempts = [
      await authenticated(input(`gmcp_${'z'.repeat(16)}_${mintSecret()}`, connectToken)),
      await authenticated(input('nonsense', connectToken)),
      await authenticated(input(requiringToken, 'nonsense')),
      await authenticated(input(requiringToken, `gapi_${'z'.repeat(16)}_${mintSecret()}`)),
      await authenticated(input(requiringToken, boundElsewhere)),
    ]
    const same = { result: { ok: false, via: 'path' }, operations: ['GetItem', 'GetItem'], hashed: 2 }
    expect(attempts).toEqual([same, same, same, same, same])
  })

  test('are given to ten thousand random tokens', async () => {
    await storeConnector(table)
    const reader = createTableReader({ tableName: TABLE_NAME })
    const deps = { table: reader, inBackground: () => undefined }
    let admitted = 0
    for (let batch = 0; batch < 100; batch++) {
      const guesses = Array.from({ length: 100 }, () =>
        formatToken('gmcp', { id: mintId(), secret: mintSecret() }),
      )
      const results = await Promise.all(
        guesses.map(pathToken => authenticate({ pathToken, nowMs: NOW_MS }, deps)),
      )
      admitted += results.filter(({ ok }) => ok).length
    }
    expect(admitted).toBe(0)
  })

  test('are given to a header with another scheme, several tokens, or none', async () => {
    const { token } = await storeConnector(table)
    for (const authorization of [`Basic ${token}`, `Bearer ${token}, Bearer ${token}`, token, 'Bearer']) {
      expect((await authenticated({ authorization })).result).toEqual({ ok: false, via: 'header' })
    }
    expect((await authenticated({})).result).toEqual({ ok: false, via: 'header' })
  })
})

describe('require_api_token_auth', () => {
  test('accepts calls only with a valid API token, and only until it expires', async () => {
    const { token } = await storeConnector(table, requiring)
    const valid = await storeApiToken(table, { expires_at: '2026-11-22T12:30:00Z' })
    const admitted = await authenticated({ pathToken: token, authorization: `Bearer ${valid.token}` })
    expect(admitted.result).toMatchObject({
      ok: true,
      principal: { expiresAtMs: Date.parse('2026-11-22T12:30:00Z') },
    })
    expect(admitted.operations.sort()).toEqual(['GetItem', 'GetItem', 'UpdateItem', 'UpdateItem'])

    const refused = [
      await storeApiToken(table, { scopes: ['admin'] }),
      await storeApiToken(table, { expires_at: '2026-11-22T12:00:00Z' }),
      await storeApiToken(table, { revoked_at: '2026-11-22T11:00:00Z' }),
    ]
    for (const { token: apiToken } of refused) {
      const { result } = await authenticated({ pathToken: token, authorization: `Bearer ${apiToken}` })
      expect(result).toEqual({ ok: false, via: 'path' })
    }
  })

  test('rejects the connector’s own token as the API token', async () => {
    const { token } = await storeConnector(table, requiring)
    expect((await authenticated({ authorization: `Bearer ${token}` })).result).toEqual({
      ok: false,
      via: 'header',
    })
    const twice = await authenticated({ pathToken: token, authorization: `Bearer ${token}` })
    expect(twice.result).toEqual({ ok: false, via: 'path' })
  })
})
