import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '../../../lambda/aws/attribute-value.ts'
import { createTable } from '../../../lambda/aws/table.ts'
import type { TableReader } from '../../../lambda/aws/table-access.ts'
import { createTableReader } from '../../../lambda/aws/table-reader.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'

/** One contract for both implementations of the table. */
const READERS: Record<string, () => TableReader> = {
  'the signed reader': () => createTableReader({ tableName: TABLE_NAME }),
  'the official client': () => createTable({ tableName: TABLE_NAME }),
}

const EVERYTHING: Item = {
  pk: 'RUN#1',
  sk: 'CONTRACT',
  text: 'Grüße, 世界 "quoted" \u0001',
  empty: '',
  integer: 7,
  fraction: -0.25,
  yes: true,
  no: false,
  nothing: null,
  list: ['a', 1, [null]],
  map: { inner: { deep: ['x'] } },
  name: 'a reserved word',
}

let table: DynaliteTable
beforeAll(async () => {
  table = await startDynaliteTable()
  await createTable({ tableName: TABLE_NAME }).insertItem(EVERYTHING, 'repeatable')
})
afterAll(() => table.close())

describe.each(Object.entries(READERS))('%s', (_name, create) => {
  test('reads every type of value as it was written', async () => {
    const reader = create()
    expect(await reader.getItem({ pk: 'RUN#1', sk: 'CONTRACT' }, { consistent: true })).toEqual(EVERYTHING)
    expect(await reader.getItem({ pk: 'RUN#1', sk: 'OTHER' }, { consistent: false })).toBeUndefined()
  })

  test('updates if the condition holds, and reports if it does not', async () => {
    const reader = create()
    const key = { pk: `RUN#${_name.length}`, sk: 'CONTRACT' }
    await createTable({ tableName: TABLE_NAME }).insertItem({ ...key, name: 'before', version: 1 }, 'own key')
    const update = {
      expression: 'SET #name = :name, version = :next',
      condition: 'attribute_exists(pk) AND version = :now',
      names: { '#name': 'name' },
      values: { ':name': 'after', ':now': 1, ':next': 2 },
      proof: 'repeatable' as const,
    }
    expect([await reader.updateItem(key, update), await reader.updateItem(key, update)]).toEqual([
      true,
      false,
    ])
    expect(await reader.updateItem({ ...key, sk: 'NOT THERE' }, update)).toBe(false)
    expect(await reader.getItem(key, { consistent: true })).toEqual({ ...key, name: 'after', version: 2 })
  })

  test('fails with our own error, without the service’s message, when the request is rejected', async () => {
    const key = { pk: 'RUN#1', sk: 'CONTRACT' }
    const nonsense = create().updateItem(key, {
      expression: 'SET nonsense',
      condition: 'attribute_exists(pk)',
      proof: 'repeatable',
    })
    await expect(nonsense).rejects.toMatchObject({
      code: 'internal',
      message: 'The table could not be written. Try again.',
    })
  })
})
