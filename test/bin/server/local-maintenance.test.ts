import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { removeExpired, removeTemporaryFiles } from '../../../bin/server/local-maintenance.ts'
import { openLogFile } from '../../../bin/server/log-file.ts'
import { createTable } from '../../../lambda/aws/table.ts'
import { createLogger } from '../../../lambda/shared/logger.ts'
import { startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'
import { temporaryFolder } from '../../support/local-server.ts'

test('items whose time to live is over are removed, and no others', async () => {
  const dynalite = await startDynaliteTable()
  const table = createTable({ tableName: TABLE_NAME })
  await table.insertItem({ pk: 'RUN#old', sk: 'RUN', ttl: 999 }, 'own key')
  await table.insertItem({ pk: 'RUN#new', sk: 'RUN', ttl: 1_001 }, 'own key')
  await table.insertItem({ pk: 'RUN#ever', sk: 'RUN' }, 'own key')
  const logger = createLogger('error', () => undefined)
  const deps = { client: dynalite.client, tableName: TABLE_NAME, now: () => 1_000_000, logger }
  expect(await removeExpired(deps)).toBe(1)
  const dump = await dynalite.dump()
  expect([dump.includes('RUN#old'), dump.includes('RUN#new'), dump.includes('RUN#ever')]).toEqual([
    false,
    true,
    true,
  ])
  await dynalite.close()
})

test('files that a killed server left half-written are removed, its data is not', () => {
  const { folder, remove } = temporaryFolder()
  for (const name of ['sandbox.json', 'sandbox.json.123.tmp']) writeFileSync(path.join(folder, name), '{}')
  removeTemporaryFiles(folder)
  expect(existsSync(path.join(folder, 'sandbox.json.123.tmp'))).toBe(false)
  expect(existsSync(path.join(folder, 'sandbox.json'))).toBe(true)
  remove()
})

test('a log beyond 20 MB is moved aside once', () => {
  const { folder, remove } = temporaryFolder()
  const file = path.join(folder, 'server.log')
  writeFileSync(file, 'x'.repeat(20 * 1024 * 1024 + 1))
  const write = openLogFile(file, () => undefined)
  write('first\n')
  write('second\n')
  expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n')
  expect(existsSync(`${file}.1`)).toBe(true)
  remove()
})

test('a log that cannot be written is reported once', () => {
  const { folder, remove } = temporaryFolder()
  const file = path.join(folder, 'server.log')
  mkdirSync(file)
  const reasons: string[] = []
  const write = openLogFile(file, reason => reasons.push(reason))
  write('a\n')
  write('b\n')
  expect(reasons).toEqual(['EISDIR'])
  remove()
})
