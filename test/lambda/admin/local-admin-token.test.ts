import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureLocalAdminToken } from '../../../lambda/admin/local-admin-token.ts'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'

let server: AdminServer
let folder: string
beforeAll(async () => {
  server = await startAdminServer()
  folder = mkdtempSync(join(tmpdir(), 'local-admin-token-'))
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const ensure = (file: string) => {
  const { table, administration, clock } = server
  return ensureLocalAdminToken({ file, table, apiTokens: administration.apiTokens, now: () => clock.nowMs })
}

test('the first start writes a valid token that only the owner can read; the next one reuses it', async () => {
  const file = join(folder, 'data', 'admin-token')
  const { token, isNew } = await ensure(file)
  expect([isNew, readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([
    true,
    `${token}\n`,
    0o600,
  ])
  const answer = await server.ask('GET', '/accounts', undefined, { authorization: `Bearer ${token}` })
  expect(answer.status).toBe(200)
  chmodSync(file, 0o644)
  expect(await ensure(file)).toEqual({ token, isNew: false })
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('an invalid token is replaced', async () => {
  const file = join(folder, 'admin-token')
  writeFileSync(file, 'left over from another table\n')
  const first = await ensure(file)
  expect(first.isNew).toBe(true)
  await server.administration.apiTokens.revoke(first.token.split('_')[1] ?? '', 'tester')
  expect(await ensure(file)).toMatchObject({ isNew: true, token: expect.not.stringContaining(first.token) })
})
