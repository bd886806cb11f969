import { describe, expect, test } from 'vitest'
import { connectorStatus } from '../../../lambda/connectors/connector.ts'
import { connectorFromItem, connectorToItem } from '../../../lambda/connectors/connector-item.ts'
import { connectorRecord, NOW_MS } from '../../support/connectors.ts'

describe('connectorStatus', () => {
  test.each([
    ['active', {}],
    ['active', { expires_at: '2026-11-22T12:00:01Z' }],
    ['expired', { expires_at: '2026-11-22T12:00:00Z' }],
    ['expired', { expires_at: 'some day' }],
    ['disabled', { disabled: true }],
    ['expired', { disabled: true, expires_at: '2020-01-01T00:00:00Z' }],
    ['revoked', { disabled: true, expires_at: '2020-01-01T00:00:00Z', revoked_at: '2019-01-01T00:00:00Z' }],
  ])('is %s for %j', (status, overrides) => {
    expect(connectorStatus(connectorRecord(overrides), NOW_MS)).toBe(status)
  })
})

describe('a connector in the table', () => {
  const stored = {
    record: connectorRecord(),
    secretHash: 'h',
    version: 3,
    previous: { secretHash: 'p', validUntilMs: 7 },
  }

  test('is read as it was written', () => {
    expect(connectorFromItem(connectorToItem(stored))).toEqual(stored)
    const plain = {
      record: connectorRecord({ last_used_at: '2026-11-22T12:00:00Z' }),
      secretHash: 'h',
      version: 1,
    }
    expect(connectorFromItem(connectorToItem(plain))).toEqual(plain)
  })

  test.each(['id', 'account_id', 'disabled', 'config', 'secret_sha256', 'version'])(
    'without %s is rejected',
    attribute => {
      const { [attribute]: _gone, ...item } = connectorToItem(stored)
      expect(() => connectorFromItem(item)).toThrow('A connector in the table cannot be read.')
    },
  )

  test('without require_api_token_auth is rejected, not read as open', () => {
    const item = connectorToItem(stored)
    const config = { methods: [], tags: [], tool_exposure: 'all' }
    expect(() => connectorFromItem({ ...item, config })).toThrow('cannot be read')
  })
})
