import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authenticate } from '../../../lambda/auth/authenticate.ts'
import { createAdminApp } from '../../../lambda/http/admin-app.ts'
import { invokeAdmin } from '../../../lambda/http/admin-entry.ts'
import { createLogger } from '../../../lambda/shared/logger.ts'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { cli } from '../../support/cli.ts'
import { NOW_MS } from '../../support/connectors.ts'
import { type FakeLambda, startFakeLambda } from '../../support/fake-lambda.ts'

let server: AdminServer
let lambda: FakeLambda
beforeAll(async () => {
  server = await startAdminServer()
  lambda = await startFakeLambda()
  for (const account of ['acme', 'globex']) await server.ask('PUT', `/accounts/${account}`, { api_key: 'k' })
  const { administration } = server
  const app = createAdminApp({ administration, access: { kind: 'iam' }, logger: createLogger('error') })
  lambda.functions.set('S-admin', event => invokeAdmin(app, event, async () => 'iam:unverified'))
})
afterAll(async () => {
  await server.close()
  await lambda.close()
})

const create = async (account = 'globex') =>
  (await server.ask('POST', `/integrated-account/${account}/mcp`, { name: 'Reporting' })).body
const revoke = (token: unknown) => server.ask('POST', '/revocations', { token })
const works = async (token: string) =>
  (
    await authenticate(
      { pathToken: token, nowMs: NOW_MS },
      { table: server.table, inBackground: () => undefined },
    )
  ).ok

describe('a leaked token of a connector', () => {
  test.each([
    ['as it is', (token: string) => token],
    ['as a URL', (token: string) => `https://gumloop.example.com/v1/mcp/${token}`],
    ['as a URL with a slash and a query', (token: string) => `https://x.example/v1/mcp/${token}/?utm=1`],
    ['in a line of a log', (token: string) => `  GET "/v1/mcp/${token}" 200, referrer /mcp/${token}\n`],
  ])('is revoked %s, whatever its account', async (_, text) => {
    const { id, token } = await create()
    const { status, body } = await revoke(text(token))
    expect([status, body]).toEqual([
      200,
      {
        connector: expect.objectContaining({ id, account_id: 'globex', revoked_at: '2026-11-22T12:00:00Z' }),
        api_token: null,
      },
    ])
    expect(await works(token)).toBe(false)
    expect((await revoke(text(token))).status).toBe(200)
    const trail = await server.ask('GET', '/audit?account_id=globex')
    const entry = { action: 'connector.revoke', target: id, detail: {} }
    expect(trail.body.result).toContainEqual(expect.objectContaining(entry))
  })

  test('that is still valid after a rotation revokes the connector; one that was replaced revokes nothing', async () => {
    const { id, token } = await create()
    const path = `/integrated-account/globex/mcp/${id}`
    const { token: second } = (await server.ask('POST', `${path}/rotate`, { grace_seconds: 3600 })).body
    const { token: third } = (await server.ask('POST', `${path}/rotate`, { grace_seconds: 3600 })).body
    expect((await revoke(token)).status).toBe(404)
    expect(await works(third)).toBe(true)
    expect((await revoke(second)).status).toBe(200)
    expect(await works(third)).toBe(false)
  })

  test('with one wrong character is nobody’s: the id alone revokes nothing', async () => {
    const { id, token } = await create()
    const wrong = `${token.slice(0, -8)}${token.at(-8) === 'a' ? 'b' : 'a'}${token.slice(-7)}`
    for (const text of [wrong, `gmcp_${id}_${'A'.repeat(43)}`]) {
      const { status, body } = await revoke(text)
      expect([status, body.error.code]).toEqual([404, 'not_found'])
      expect(JSON.stringify(body)).not.toContain(text.slice(22))
    }
    expect(await works(token)).toBe(true)
  })
})

test('a leaked API token is revoked the same way', async () => {
  const { id, token } = (await server.ask('POST', '/api-tokens', { name: 'ci', scopes: ['admin'] })).body
  const { body } = await revoke(`Authorization: Bearer ${token}`)
  expect(body).toMatchObject({ connector: null, api_token: { id, revoked_at: '2026-11-22T12:00:00Z' } })
  expect((await server.ask('GET', '/accounts', undefined, { authorization: `Bearer ${token}` })).status).toBe(
    401,
  )
})

test.each([
  ['nothing', ''],
  ['an id', 'k3v9q0c2m7x1b8zd'],
  ['a beginning', 'gmcp_k3v9q0c2m7x1b8zd_abc'],
  ['two tokens', `gmcp_${'a'.repeat(16)}_${'b'.repeat(43)} gmcp_${'c'.repeat(16)}_${'d'.repeat(43)}`],
  ['a file', 'x'.repeat(4001)],
  ['a number', 5],
])('%s is not a token, and is not repeated', async (_, text) => {
  const { status, body } = await revoke(text)
  expect([status, body.error.code]).toEqual([400, 'invalid_arguments'])
  expect(JSON.stringify(body)).not.toMatch(/b{43}|x{43}|k3v9q0c2m7x1b8zd/)
})

describe('the command line', () => {
  const run = (line: string, input = '', env: NodeJS.ProcessEnv = {}) =>
    cli(line.split(' '), {
      env: { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token, ...env },
      nowMs: NOW_MS,
      input,
    })

  test.each([
    ['over HTTP', 'connector revoke -'],
    ['through IAM', 'connector revoke - --stack S'],
  ])('reads the URL from a pipe, and prints nothing of it (%s)', async (_, line) => {
    const { id, url, token } = await create('acme')
    const { exitCode, stdout, stderr } = await run(line, `${url}\n`)
    expect([exitCode, stdout, stderr]).toEqual([
      0,
      `Revoked Reporting (${id}) on account acme. Its token no longer works.\n`,
      '',
    ])
    expect(await works(token)).toBe(false)
    const { stdout: json } = await run(`${line} --json`, url)
    expect(JSON.parse(json).connector.id).toBe(id)
    expect(json).not.toContain(token)
  })

  test('takes it at a hidden prompt', async () => {
    const { url } = await create('acme')
    const { exitCode, stdout, stderr } = await cli(['connector', 'revoke', '-'], {
      env: { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token },
      nowMs: NOW_MS,
      terminal: true,
      input: `${url}\r`,
    })
    expect([exitCode, stdout + stderr]).toEqual([0, expect.not.stringContaining(url)])
  })

  test.each([
    'connector revoke TOKEN --yes',
    'connector revoke URL --account acme --yes',
    'connector show URL --account acme',
    'connector rotate TOKEN --account acme',
    'api-token revoke TOKEN --yes',
  ])('does not send a token in place of an id: %s', async line => {
    const { url, token } = await create('acme')
    const seen = server.logLines.length
    const { exitCode, stdout, stderr } = await run(line.replace('TOKEN', token).replace('URL', url))
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain('connector revoke -')
    expect(stderr).not.toContain(token)
    expect(await works(token)).toBe(true)
    expect(server.logLines).toHaveLength(seen)
  })
})

test('no line of the log has a token', () => {
  expect(server.logLines.join('')).not.toMatch(/g(?:mcp|api)_[a-z0-9]{16}_/)
})
