import { createHash } from 'node:crypto'
import https from 'node:https'
import { connect } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { askSts, verifyIdentity } from '../../../lambda/aws/caller-identity.ts'
import { type IdentityProof, purposeHeaders, signCallerIdentity } from '../../../lambda/aws/identity-proof.ts'
import { type FakeSts, startFakeSts } from '../../support/fake-sts.ts'
import { selfSignedCertificate } from '../../support/self-signed-certificate.ts'

const NOW_MS = Date.parse('2026-11-22T12:00:00Z')
const REGION = 'eu-central-1'
const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:GumloopMcp-prod-admin'
const ADA = 'arn:aws:sts::123456789012:assumed-role/Operations/ada@example.com'
const CREDENTIALS = {
  accessKeyId: 'ASIAADA',
  secretAccessKey: 'ada-secret',
  sessionToken: 'ada/session+token==',
}
const REQUEST = { method: 'DELETE', path: '/integrated-account/acme/mcp/k3v9q0c2m7x1b8zd' }
const PURPOSE = { functionArn: FUNCTION, request: REQUEST }

let sts: FakeSts
const environment = { ...process.env }
beforeAll(async () => {
  sts = await startFakeSts()
})
afterAll(() => sts.close())
beforeEach(() => {
  process.env.AWS_ENDPOINT_URL_STS = sts.endpointUrl
  sts.identities.set('ASIAADA', { ...CREDENTIALS, arn: ADA })
  sts.requests.length = 0
  sts.respondWith = undefined
})
afterEach(() => {
  process.env = { ...environment }
})

const prove = (over: Partial<typeof PURPOSE> = {}, region = REGION, nowMs = NOW_MS): IdentityProof =>
  signCallerIdentity(CREDENTIALS, { region, nowMs }, purposeHeaders({ ...PURPOSE, ...over }))
const verify = (proof: unknown, nowMs = NOW_MS) =>
  verifyIdentity(proof, { ...PURPOSE, region: REGION, nowMs })
const rejected = (reason: string) => ({ ok: false, reason })

test('a proof names the identity that signed it, with its session', async () => {
  expect(await verify(prove())).toEqual({ ok: true, arn: ADA })
  expect(sts.requests).toMatchObject([{ host: 'sts.eu-central-1.amazonaws.com', path: '/', status: 200 }])
})

test('long-lived credentials have no session token', async () => {
  const { sessionToken: _, ...credentials } = CREDENTIALS
  sts.identities.set('ASIAADA', {
    secretAccessKey: 'ada-secret',
    arn: 'arn:aws:iam::123456789012:user/team/ada',
  })
  const proof = signCallerIdentity(credentials, { region: REGION, nowMs: NOW_MS }, purposeHeaders(PURPOSE))
  expect(await verify(proof)).toEqual({ ok: true, arn: 'arn:aws:iam::123456789012:user/team/ada' })
})

test.each([
  ['another function', { functionArn: FUNCTION.replace('prod', 'test') }],
  ['the same name in another account', { functionArn: FUNCTION.replace('123456789012', '999999999999') }],
  ['another path', { request: { ...REQUEST, path: '/integrated-account/acme/mcp/other' } }],
  ['another method', { request: { ...REQUEST, method: 'PATCH' } }],
  ['another body', { request: { ...REQUEST, body: { disabled: true } } }],
])('a proof for %s is not confirmed', async (_, purpose) => {
  expect(await verify(prove(purpose))).toEqual(rejected('not_confirmed'))
  expect(sts.requests).toMatchObject([{ status: 403 }])
})

test.each([
  ['60 seconds old', -60_000, { ok: true, arn: ADA }],
  ['more than 60 seconds old', -61_000, rejected('wrong_time')],
  ['an hour old', -3_600_000, rejected('wrong_time')],
  ['of a clock that is a minute ahead', 60_000, { ok: true, arn: ADA }],
  ['made for later', 61_000, rejected('wrong_time')],
])('a proof that is %s', async (_, offsetMs, result) => {
  expect(await verify(prove({}, REGION, NOW_MS + offsetMs))).toEqual(result)
  expect(sts.requests).toHaveLength('arn' in result ? 1 : 0)
})

test('a proof can be repeated within its minute, for the same request only', async () => {
  const proof = prove()
  expect(await verify(proof)).toEqual({ ok: true, arn: ADA })
  expect(await verify(proof, NOW_MS + 59_000)).toEqual({ ok: true, arn: ADA })
  expect(await verify(proof, NOW_MS + 61_000)).toEqual(rejected('wrong_time'))
  const replayed = { ...PURPOSE, request: { method: 'POST', path: '/api-tokens', body: {} } }
  expect(await verifyIdentity(proof, { ...replayed, region: REGION, nowMs: NOW_MS })).toEqual(
    rejected('not_confirmed'),
  )
})

test.each([
  ['a date that is later than the signature says', { amz_date: '20261122T120030Z' }, 'not_confirmed'],
  ['no date', { amz_date: '2026-11-22' }, 'wrong_time'],
  ['a date that does not exist', { amz_date: '20261322T250000Z' }, 'wrong_time'],
  ['another session token', { security_token: 'other' }, 'not_confirmed'],
  ['a session token with a line break', { security_token: 'a\r\nhost: evil' }, 'malformed'],
  ['a session token that is too long', { security_token: 'a'.repeat(8193) }, 'malformed'],
  ['an authorization of another kind', { authorization: 'Bearer gapi_x' }, 'malformed'],
  ['a number for an authorization', { authorization: 5 }, 'malformed'],
])('%s', async (_, change, reason) => {
  expect(await verify({ ...prove(), ...change })).toEqual(rejected(reason))
})

test.each([undefined, null, 'iam:arn:aws:iam::1:root', [], {}, { arn: ADA, actor: ADA }])(
  'the proof %j is none',
  async proof => {
    expect(await verify(proof)).toEqual(rejected('malformed'))
    expect(sts.requests).toEqual([])
  },
)

test.each([
  'attacker.example',
  'sts.eu-central-1.amazonaws.com.attacker.example',
  'sts.eu-central-1.amazonaws.com@attacker.example',
  'attacker.example/?sts.eu-central-1.amazonaws.com',
  'attacker.example#sts.amazonaws.com',
  'sts.eu-central-1.amazonaws.com:8443',
  'STS.eu-central-1.amazonaws.com',
  'sts.eu-central-1.amazonaws.com/?Action=AssumeRole',
  'sts.eu-central-1.amazonaws.com?Action=GetSessionToken',
  'sts.eu-central-1.amazonaws.com\r\nx-evil: 1',
  'sts.us-east-1.amazonaws.com',
  'sts.eu-central-1.amazonaws.com.cn',
  'iam.amazonaws.com',
  '127.0.0.1',
  '',
])('the host %j is not asked', async host => {
  expect(await verify({ ...prove(), host })).toEqual(rejected('host_not_allowed'))
  expect(sts.requests).toEqual([])
})

test.each([
  [
    'eu-central-1',
    'sts.eu-central-1.amazonaws.com',
    'sts-fips.eu-central-1.amazonaws.com',
    'sts.amazonaws.com',
  ],
  ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com', 'sts-fips.us-gov-west-1.amazonaws.com'],
])('a function in %s takes its own hosts of STS', async (region, ...hosts) => {
  const results = []
  for (const host of hosts) {
    const verified = await verifyIdentity({ ...prove(), host }, { ...PURPOSE, region, nowMs: NOW_MS })
    results.push(verified.ok ? 'confirmed' : verified.reason)
  }
  expect(results).not.toContain('host_not_allowed')
  expect(sts.requests.map(({ host }) => host)).toEqual(hosts)
})

test.each(['x-gumloop-mcp-audience', 'x-gumloop-mcp-request', 'host', 'x-amz-date'])(
  'a proof whose signature leaves out %s is not sent',
  async name => {
    const proof = prove()
    const authorization = proof.authorization.replace(`;${name}`, '').replace(`=${name};`, '=')
    expect(authorization).not.toBe(proof.authorization)
    expect(await verify({ ...proof, authorization })).toEqual(rejected('header_not_signed'))
    expect(sts.requests).toEqual([])
  },
)

test('a proof signed without a purpose, as any program sends it to STS, proves nothing', async () => {
  const everyday = signCallerIdentity(CREDENTIALS, { region: REGION, nowMs: NOW_MS })
  expect(await askSts(everyday)).toBe(ADA)
  expect(await verify(everyday)).toEqual(rejected('header_not_signed'))
})

test.each([
  ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }, 'not_confirmed'],
  ['an answer that is too long', { status: 200, body: 'x'.repeat(10_001) }, 'unreachable'],
  ['an answer without an ARN', { status: 200, body: '{"GetCallerIdentityResponse":{}}' }, 'not_confirmed'],
  ['an answer that is not JSON', { status: 200, body: `<Arn>${ADA}</Arn>` }, 'not_confirmed'],
  [
    'an ARN with a line break',
    {
      status: 200,
      body: JSON.stringify({ GetCallerIdentityResponse: { GetCallerIdentityResult: { Arn: `${ADA}\nx` } } }),
    },
    'not_confirmed',
  ],
])('%s is no identity', async (_, { status, body, ...rest }, reason) => {
  sts.respondWith = (_request, response) => {
    response.writeHead(status, 'headers' in rest ? rest.headers : {}).end(body)
  }
  expect(await verify(prove())).toEqual(rejected(reason))
  expect(sts.requests).toHaveLength(1)
})

test('an STS that does not answer ends the attempt after three seconds', async () => {
  sts.respondWith = () => undefined
  const startMs = performance.now()
  expect(await verify(prove())).toEqual(rejected('unreachable'))
  expect(performance.now() - startMs).toBeLessThan(6_000)
})

test('without an endpoint for emulators, STS is asked over TLS under its own name', async () => {
  delete process.env.AWS_ENDPOINT_URL_STS
  const name = 'sts.eu-central-1.amazonaws.com'
  const trusted = selfSignedCertificate(name)
  const secure = await startFakeSts(trusted)
  secure.identities.set('ASIAADA', { ...CREDENTIALS, arn: ADA })
  const asked: unknown[] = []
  const agentFor = (ca: string) => {
    const agent = new https.Agent()
    agent.createConnection = options => {
      const { host, port, servername } = options as { host: string; port: number; servername: string }
      asked.push([host, port])
      return connect({ host: '127.0.0.1', port: secure.port, servername, ca })
    }
    return agent
  }
  const verifyOver = (ca: string) =>
    verifyIdentity(prove(), { ...PURPOSE, region: REGION, nowMs: NOW_MS, agent: agentFor(ca) })
  expect(await verifyOver(trusted.cert)).toEqual({ ok: true, arn: ADA })
  expect(asked).toEqual([[name, 443]])
  // Somebody else's certificate for the same name: the connection is not made.
  expect(await verifyOver(selfSignedCertificate(name).cert)).toEqual(rejected('unreachable'))
  expect(secure.requests).toHaveLength(1)
  await secure.close()
})

test('the proof holds nothing of the secrets', () => {
  const text = JSON.stringify(prove())
  expect(text).not.toContain('ada-secret')
  expect(text).not.toContain(createHash('sha256').update('ada-secret').digest('hex'))
})
