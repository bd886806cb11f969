import { afterAll, beforeAll, expect, test } from 'vitest'
import { purposeHeaders, signCallerIdentity } from '../../../lambda/aws/identity-proof.ts'
import type { AdminInvocationResult } from '../../../lambda/http/admin-entry.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '../../support/fake-secrets-manager.ts'
import { type FakeSts, startFakeSts } from '../../support/fake-sts.ts'

let dynalite: DynaliteTable
let secretsManager: FakeSecretsManager
let handler: (event: unknown) => Promise<AdminInvocationResult>
let sts: FakeSts
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:Stack-admin'
const ADA = 'arn:aws:iam::123456789012:user/ada'
const CREDENTIALS = { accessKeyId: 'AKIAADA', secretAccessKey: 'ada-secret' }
beforeAll(async () => {
  dynalite = await startDynaliteTable()
  secretsManager = await startFakeSecretsManager()
  process.env.TABLE_NAME = TABLE_NAME
  process.env.ACCOUNT_SECRET_PREFIX = 'Stack/accounts/'
  process.env.CALL_LOG_GROUP = '/aws/lambda/Stack-mcp'
  process.env.CONNECTOR_BASE_URL = 'https://gumloop.example.com/v1'
  sts = await startFakeSts()
  sts.identities.set('AKIAADA', { ...CREDENTIALS, arn: ADA })
  process.env.AWS_ENDPOINT_URL_STS = sts.endpointUrl
  const { handler: whole } = await import('../../../lambda/handlers/admin.ts')
  handler = event => whole(event, { invokedFunctionArn: FUNCTION })
})
afterAll(async () => {
  await dynalite.close()
  await secretsManager.close()
  await sts.close()
})

test('an IAM invocation needs no token', async () => {
  const put = await handler({ method: 'PUT', path: '/accounts/acme', body: { api_key: 'k' } })
  expect(put).toMatchObject({ status: 200, body: { id: 'acme', created_by: 'iam:unverified' } })
  expect(secretsManager.secrets.get('Stack/accounts/acme')).toBe('{"api_key":"k"}')

  const body = { name: 'Reporting', config: { methods: ['read'], tags: ['artifacts'] } }
  const created = await handler({ method: 'POST', path: '/integrated-account/acme/mcp', body })
  expect(created).toMatchObject({ status: 201, body: { name: 'Reporting', created_by: 'iam:unverified' } })
  const list = await handler({ method: 'GET', path: '/integrated-account/acme/mcp?limit=1' })
  expect(list).toMatchObject({ status: 200, body: { result_count: 1, next_cursor: null } })
})

/** Creates an API token and returns who the audit trail says it was. */
async function actorOf(over: object): Promise<unknown> {
  const created = await handler({ ...CREATION, ...over })
  expect(created).toMatchObject({ status: 201 })
  const trail = await handler({ method: 'GET', path: '/audit' })
  const { created_by, id } = created.body as { created_by: string; id: string }
  expect(trail.body).toMatchObject({
    result: expect.arrayContaining([expect.objectContaining({ target: id, actor: created_by })]),
  })
  return created_by
}

const CREATION = { method: 'POST', path: '/api-tokens', body: { name: 'ci', scopes: ['connect'] } }
const prove = (functionArn: string, nowMs = Date.now()) =>
  signCallerIdentity(
    CREDENTIALS,
    { region: 'us-east-1', nowMs },
    purposeHeaders({ functionArn, request: CREATION }),
  )

test('the audit trail names the identity that AWS confirms', async () => {
  expect(await actorOf({ identity: prove(FUNCTION) })).toBe(`iam:${ADA}`)
})

test.each(['api-token:w0j5r8t2n6y4p1qa', 'local-server', `iam:${ADA}`, 'ada\u001b[31m'])(
  'an invoker who says that it is %j is not believed',
  async actor => {
    expect(await actorOf({ actor })).toBe('iam:unverified')
    expect(await actorOf({ actor, identity: actor })).toBe('iam:unverified')
    expect(await actorOf({ actor, identity: { arn: ADA, actor } })).toBe('iam:unverified')
    expect(await actorOf({ actor, identity: prove(FUNCTION) })).toBe(`iam:${ADA}`)
  },
)

test.each([
  ['for another function', () => prove(FUNCTION.replace('Stack-admin', 'Other-admin'))],
  ['that is older than 60 seconds', () => prove(FUNCTION, Date.now() - 61_000)],
  ['for another host', () => ({ ...prove(FUNCTION), host: 'sts.attacker.example' })],
])('a proof %s leaves the actor unverified', async (_, proof) => {
  expect(await actorOf({ identity: proof() })).toBe('iam:unverified')
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
