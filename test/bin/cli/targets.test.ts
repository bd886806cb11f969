import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { identifyInvoker } from '../../../lambda/auth/identify-invoker.ts'
import { createAdminApp } from '../../../lambda/http/admin-app.ts'
import { invokeAdmin } from '../../../lambda/http/admin-entry.ts'
import { createLogger } from '../../../lambda/shared/logger.ts'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { cli } from '../../support/cli.ts'
import { NOW_MS } from '../../support/connectors.ts'
import { type FakeLambda, startFakeLambda } from '../../support/fake-lambda.ts'
import { type FakeSts, startFakeSts } from '../../support/fake-sts.ts'

let server: AdminServer
let lambda: FakeLambda
let sts: FakeSts
let folder: string
const logLines: string[] = []
const ADMIN_FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:GumloopMcp-prod-admin'
const ADA = 'arn:aws:sts::123456789012:assumed-role/Operations/ada'
/** The stack's function, reached under another of its names. */
const reached = () => lambda.functions.get('GumloopMcp-prod-admin') ?? (() => Promise.reject(new Error()))
const homeFolder = process.cwd()
beforeAll(async () => {
  server = await startAdminServer()
  lambda = await startFakeLambda()
  sts = await startFakeSts()
  process.env.AWS_ENDPOINT_URL_STS = sts.endpointUrl
})
afterAll(async () => {
  await server.close()
  await lambda.close()
  await sts.close()
})
beforeEach(() => {
  const secretAccessKey = process.env.AWS_SECRET_ACCESS_KEY ?? ''
  sts.identities.set(process.env.AWS_ACCESS_KEY_ID ?? '', { secretAccessKey, arn: ADA })
  folder = mkdtempSync(join(tmpdir(), 'cli-targets-'))
  process.chdir(folder)
})
afterEach(() => {
  process.chdir(homeFolder)
  rmSync(folder, { recursive: true })
})

const run = (line: string, env: NodeJS.ProcessEnv = {}, input = '') =>
  cli(line.split(' '), { env, nowMs: NOW_MS, input })

describe('a server', () => {
  test('on this machine is reached with the token of its first start', async () => {
    mkdirSync('.local')
    writeFileSync(join('.local', 'admin-token'), `${server.token}\n`)
    expect(await run(`account list --server ${server.url}`)).toMatchObject({ exitCode: 0, stderr: '' })
    const withPath = await run(`account list --server ${server.url}/`)
    expect(withPath.exitCode).toBe(0)
  })

  test('that is not running gives a message with what to do', async () => {
    mkdirSync('.local')
    writeFileSync(join('.local', 'admin-token'), server.token)
    const gone = createServer()
    await new Promise<void>(resolve => gone.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`
    await new Promise(resolve => gone.close(resolve))
    expect(await run(`account list --server ${url}`)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `No server is running at ${url}.\nStart it with npm start, select another one with --server, or use --stack NAME for a deployment.\n`,
    })
  })

  test('without a token gives a message with where it comes from', async () => {
    const { exitCode, stderr } = await run('account list')
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('Start the server once in this folder (npm start)'),
    ])
  })

  test('on another host never gets the local token, nor any token over plain http', async () => {
    mkdirSync('.local')
    writeFileSync(join('.local', 'admin-token'), server.token)
    const remote = await run('account list --server https://gumloop.example.com')
    expect([remote.exitCode, remote.stderr]).toEqual([
      1,
      expect.stringContaining('Set GUMLOOP_MCP_ADMIN_TOKEN'),
    ])
    const clear = await run('account list --server http://gumloop.example.com', {
      GUMLOOP_MCP_ADMIN_TOKEN: server.token,
    })
    expect([clear.exitCode, clear.stderr]).toEqual([2, expect.stringContaining('unencrypted')])
  })

  test('older than 0.2 lists validation errors as `faults`, which are shown', async () => {
    const faults = [
      { path: 'name', message: 'must not be empty' },
      { path: 'expires_at', message: 'is too far in the future' },
    ]
    const error = { code: 'invalid_arguments', message: 'The input has 2 faults: name, expires_at.', faults }
    const old = createServer((_, response) => void response.writeHead(400).end(JSON.stringify({ error })))
    await new Promise<void>(resolve => old.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(old.address() as AddressInfo).port}`
    const line = `connector create --name x --account acme --server ${url}`
    expect(await run(line, { GUMLOOP_MCP_ADMIN_TOKEN: server.token })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `${error.message}\n  name: must not be empty\n  expires_at: is too far in the future\n`,
    })
    old.close()
  })

  test('that is something else is reported as such', async () => {
    const other = createServer((_, response) => void response.end('<html>hello</html>'))
    const moved = createServer((_, response) => void response.writeHead(302, { location: server.url }).end())
    for (const one of [other, moved]) await new Promise<void>(resolve => one.listen(0, '127.0.0.1', resolve))
    const url = (one: typeof other) => `http://127.0.0.1:${(one.address() as AddressInfo).port}`
    const env = { GUMLOOP_MCP_ADMIN_TOKEN: server.token }
    const answers = [
      await run(`account list --server ${url(other)}`, env),
      await run(`account list --server ${url(moved)}`, env),
    ]
    expect(answers.map(({ exitCode, stderr }) => [exitCode, stderr.split('\n')[0]])).toEqual([
      [1, 'Unexpected response with status 200: is this a Gumloop MCP server?'],
      [1, expect.stringContaining('Unexpected response with status 302')],
    ])
    for (const one of [other, moved]) one.close()
  })
})

describe('a deployed stack', () => {
  beforeAll(() => {
    const { administration } = server
    const app = createAdminApp({ administration, access: { kind: 'iam' }, logger: createLogger('error') })
    const logger = createLogger('warn', line => void logLines.push(line))
    const deps = { region: 'us-east-1', now: () => Date.now(), logger }
    lambda.functions.set('GumloopMcp-prod-admin', event =>
      invokeAdmin(app, event, (identity, request) =>
        identifyInvoker(identity, { functionArn: ADMIN_FUNCTION_ARN, request }, deps),
      ),
    )
    lambda.functions.set('broken', () => Promise.reject(new Error('boom')))
    lambda.functions.set('odd', async () => 'hello')
  })

  test('is reached through its admin function, and the key goes there', async () => {
    const line = 'account put --account acme --stack GumloopMcp-prod'
    expect(await run(line, {}, 'the-key')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(lambda.events.at(-1)).toEqual({
      method: 'PUT',
      path: '/accounts/acme',
      body: { api_key: 'the-key' },
      identity: expect.objectContaining({ host: 'sts.us-east-1.amazonaws.com' }),
    })
    const missing = await run('account show --account nobody --stack GumloopMcp-prod')
    expect([missing.exitCode, missing.stderr]).toEqual([
      1,
      expect.stringContaining('Account nobody does not exist.'),
    ])
  })

  test.each([
    '--stack GumloopMcp-prod',
    '--function GumloopMcp-prod-admin',
    `--function ${ADMIN_FUNCTION_ARN}`,
    '--function 123456789012:function:GumloopMcp-prod-admin',
  ])('records who AWS says called, reached with %s', async target => {
    lambda.functions.set(ADMIN_FUNCTION_ARN, reached())
    lambda.functions.set('123456789012:function:GumloopMcp-prod-admin', reached())
    const created = await run(`connector create --account acme --name x ${target} --json`)
    const record = JSON.parse(created.stdout)
    expect(record.created_by).toBe(`iam:${ADA}`)
    expect((await run(`connector revoke ${record.id} --account acme --yes ${target}`)).exitCode).toBe(0)
    const { stdout } = await run(`audit list --account acme ${target} --json`)
    const change = { actor: `iam:${ADA}`, action: 'connector.revoke', target: record.id }
    expect(JSON.parse(stdout).result).toContainEqual(expect.objectContaining(change))
    expect(logLines).toEqual([])
  })

  test('asks STS nothing for what only reads', async () => {
    sts.requests.length = 0
    expect((await run('account list --stack GumloopMcp-prod')).exitCode).toBe(0)
    expect(lambda.events.at(-1)).toEqual({ method: 'GET', path: expect.stringMatching(/^.accounts/) })
    expect(sts.requests).toEqual([])
  })

  test('is administered without STS too, by somebody whom the audit trail cannot name', async () => {
    sts.identities.clear()
    const { exitCode, stdout, stderr } = await run(
      'connector create --account acme --name x --stack GumloopMcp-prod --json',
    )
    expect([exitCode, stderr, JSON.parse(stdout).created_by]).toEqual([0, '', 'iam:unverified'])
    expect(lambda.events.at(-1)).not.toHaveProperty('identity')
    expect(JSON.parse(logLines.pop() ?? '')).toMatchObject({
      event: 'identity_not_verified',
      reason: 'absent',
    })
  })

  test.each([
    ['--stack GumloopMcp-none', 'Function GumloopMcp-none-admin does not exist in this account and region.'],
    ['--function broken', 'The function broken failed.'],
    ['--function odd', 'The function odd failed.'],
  ])('that cannot respond (%s) gives an error message', async (target, message) => {
    const { exitCode, stdout, stderr } = await run(`account list ${target}`)
    expect([exitCode, stdout, stderr.split('\n')[0]]).toEqual([1, '', message])
  })

  test('cannot be combined with a server', async () => {
    const { exitCode, stderr } = await run('account list --stack a --server http://127.0.0.1:1')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('cannot be combined')])
  })
})
