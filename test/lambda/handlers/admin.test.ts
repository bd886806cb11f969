import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AdminInvocationResult } from '../../../lambda/http/admin-entry.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '../../support/fake-secrets-manager.ts'

let dynalite: DynaliteTable
let secretsManager: FakeSecretsManager
let handler: (event: unknown) => Promise<AdminInvocationResult>
beforeAll(async () => {
  dynalite = await startDynaliteTable()
  secretsManager = await startFakeSecretsManager()
  process.env.TABLE_NAME = TABLE_NAME
  process.env.ACCOUNT_SECRET_PREFIX = 'Stack/accounts/'
  process.env.CALL_LOG_GROUP = '/aws/lambda/Stack-mcp'
  process.env.CONNECTOR_BASE_URL = 'https://gumloop.example.com/v1'
  handler = (await import('../../../lambda/handlers/admin.ts')).handler
})
afterAll(async () => {
  await dynalite.close()
  await secretsManager.close()
})

test('an IAM invocation needs no token, and records the actor that it states', async () => {
  const put = await handler({
    method: 'PUT',
    path: '/accounts/acme',
    body: { api_key: 'k' },
    actor: 'ada\u001b[31m',
  })
  expect(put).toMatchObject({ status: 200, body: { id: 'acme', created_by: 'ada?[31m' } })
  expect(secretsManager.secrets.get('Stack/accounts/acme')).toBe('{"api_key":"k"}')

  const body = { name: 'Reporting', config: { methods: ['read'], tags: ['artifacts'] } }
  const created = await handler({ method: 'POST', path: '/integrated-account/acme/mcp', body })
  expect(created).toMatchObject({ status: 201, body: { name: 'Reporting', created_by: 'iam' } })
  const list = await handler({ method: 'GET', path: '/integrated-account/acme/mcp?limit=1' })
  expect(list).toMatchObject({ status: 200, body: { result_count: 1, next_cursor: null } })
})

test.each([
  undefined,
  null,
  {},
  { method: 'TRACE', path: '/' },
  { method: 'GET', path: 'accounts' },
  { method: 'GET' },
])('rejects the event %j with the expected shape', async event => {
  expect(await handler(event)).toEqual({
    status: 400,
    body: { error: { code: 'invalid_arguments', message: expect.stringContaining('Invoke with') } },
  })
})

test('returns errors in the error shape of the admin API', async () => {
  expect(await handler({ method: 'DELETE', path: '/accounts/nobody' })).toEqual({
    status: 404,
    body: {
      error: {
        code: 'not_found',
        message: 'Account nobody does not exist.',
        next_step: 'Store its Gumloop key to create it: gumloop-mcp account put --account nobody',
      },
    },
  })
})
