import { expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from '../../../lambda/aws/page-cursor.ts'

const LAST_KEY = { pk: 'CONNECTOR#a', sk: 'CONNECTOR', list_pk: 'CONNECTORS#acme', list_sk: '2026#a' }

test('decodes a cursor to its key, in the partition of the request', () => {
  const cursor = encodeCursor(LAST_KEY)
  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(decodeCursor(cursor, { partition: 'CONNECTORS#acme', index: 'list' })).toEqual(LAST_KEY)
  expect(decodeCursor(cursor, { partition: 'CONNECTORS#other', index: 'list' }).list_pk).toBe(
    'CONNECTORS#other',
  )
})

test('rejects a cursor of the table in another partition', () => {
  const cursor = encodeCursor({ pk: 'AUDIT#acme', sk: '2026' })
  expect(decodeCursor(cursor, { partition: 'AUDIT#acme', index: 'table' })).toEqual({
    pk: 'AUDIT#acme',
    sk: '2026',
  })
  expect(() => decodeCursor(cursor, { partition: 'AUDIT#other', index: 'table' })).toThrow('not a cursor')
})

test.each([
  '',
  'x',
  'bm90anNvbg',
  Buffer.from('["a","b"]').toString('base64url'),
  Buffer.from('["a","b","\\n"]').toString('base64url'),
])('what no list gave out is refused: %j', cursor => {
  expect(() => decodeCursor(cursor, { partition: 'CONNECTORS#acme', index: 'list' })).toThrow(
    expect.objectContaining({ code: 'invalid_arguments' }),
  )
})
