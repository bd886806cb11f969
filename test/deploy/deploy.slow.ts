/**
 * A real deployment on the AWS emulator, from bootstrap to destroy. The steps depend on each other.
 * What the emulator does not support (streaming, IAM, throttling, access logs) is asserted on the template in test/lib/.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import {
  DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { type Sandbox, startSandbox } from 'gumloop-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanEnvironment } from '../support/local-server.ts'
import { type Json, rpc } from '../support/mcp-server.ts'
import { untilOver } from '../support/until-over.ts'
import { ACCOUNT, type Emulator, REGION, startEmulator } from './emulator.ts'
import { listExecutions } from './step-functions.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const STACK = 'GumloopMcp-emulator'
const KEY = 'key-of-the-deployment-test'
const CDK = path.join(path.dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin/cdk')

let emulator: Emulator
let sandbox: Sandbox
let bundles: string
const outputs: Record<string, string> = {}

beforeAll(async () => {
  sandbox = await startSandbox()
  emulator = await startEmulator()
  Object.assign(process.env, emulator.environment) // for the AWS clients of this test
  bundles = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-bundles-'))
  cpSync(path.join(ROOT, 'dist/lambda'), bundles, { recursive: true })
})
afterAll(async () => {
  await emulator?.stop()
  await sandbox?.close()
  if (bundles) rmSync(bundles, { recursive: true, force: true })
})

interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

function run(program: string, args: string[], input = ''): Promise<Ended> {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...cleanEnvironment(), ...emulator.environment, NO_COLOR: '1' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', status => resolve({ status, stdout, stderr }))
  })
}

/** Runs the pinned CDK CLI with the stage file and the context of this run. */
function cdk(...args: string[]): Promise<Ended> {
  const gumloop = `${sandbox.url}/api/v1`
  const settings = JSON.stringify({ gumloopBaseUrl: gumloop, gumloopStreamBaseUrl: gumloop })
  const context = ['-c', 'stage=emulator', '-c', `settings=${settings}`, '-c', `bundleRoot=${bundles}`]
  return run(process.execPath, [CDK, ...args, ...context, '--no-notices'])
}

async function deploy(): Promise<void> {
  const file = path.join(bundles, 'outputs.json')
  const ended = await cdk('deploy', '--require-approval', 'never', '--outputs-file', file)
  expect(ended.status, `${ended.stdout}${ended.stderr}`.slice(-3000)).toBe(0)
  Object.assign(outputs, JSON.parse(readFileSync(file, 'utf8'))[STACK])
}

async function cli(args: string[], input = ''): Promise<Json> {
  const ended = await run(
    process.execPath,
    [path.join(ROOT, 'dist/cli.cjs'), ...args, '--stack', STACK, '--json'],
    input,
  )
  expect(ended.status, ended.stderr).toBe(0)
  return JSON.parse(ended.stdout)
}

/** The deployed URL on the emulator, which does not resolve DNS names. */
function reachable(url: string): string {
  const { hostname, pathname, search } = new URL(url)
  const [, stage = '', ...rest] = pathname.split('/')
  return `${emulator.endpoint}/restapis/${hostname.split('.')[0]}/${stage}/_user_request_/${rest.join('/')}${search}`
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ name: 'deployment-test', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(new URL(reachable(url))))
  return client
}

async function ok(client: Client, name: string, args: Record<string, unknown> = {}): Promise<Json> {
  const result: Json = await client.callTool({ name, arguments: args })
  expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
  return result.structuredContent
}

let connector: Json
let client: Client

describe('from nothing to a running server', () => {
  test('bootstrap', { timeout: 120_000 }, async () => {
    const ended = await cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`)
    expect(ended.status, ended.stderr).toBe(0)
  })

  test('deploy', { timeout: 180_000 }, async () => {
    await deploy()
    expect(outputs).toMatchObject({
      ConnectorBaseUrl: expect.stringMatching(/^https:\/\/.+\/v1$/),
      AdminFunctionName: `${STACK}-admin`,
      TableName: expect.any(String),
      DashboardUrl: expect.stringContaining('cloudwatch'),
    })
  })

  test('stores a key and creates a connector through the admin function only', async () => {
    expect(
      await cli(['account', 'put', '--account', 'acme', '--user-id', 'sandbox-user'], KEY),
    ).toMatchObject({ id: 'acme', state: 'ready' })
    connector = await cli(['connector', 'create', '--name', 'deployed', '--account', 'acme'])
    expect(connector.url).toMatch(new RegExp(`^${outputs.ConnectorBaseUrl}/mcp/gmcp_`))
  })
})

describe('both main stories over the deployed API', () => {
  beforeAll(async () => {
    client = await connect(connector.url)
  })

  test('audit', { timeout: 60_000 }, async () => {
    const agents = await ok(client, 'list_all_gumloop_agents', { search: 'security audit' })
    const started = await ok(client, 'create_a_gumloop_session', {
      agent_id: agents.result[0].id,
      input: 'Audit.',
    })
    const run = await untilOver(() =>
      ok(client, 'get_single_gumloop_session_by_id', { session_id: started.session_id }),
    )
    expect(run.state).toBe('completed')
    const { result } = await ok(client, 'list_all_gumloop_artifacts', { session_id: started.session_id })
    const csv = result.find((one: Json) => one.filename.endsWith('.csv'))
    const link = await ok(client, 'get_single_gumloop_artifact_by_id', { artifact_id: csv.id })
    expect((await (await fetch(link.download_url)).text()).split('\n')[0]).toContain(',')
  })

  test('campaign', { timeout: 60_000 }, async () => {
    const { result } = await ok(client, 'list_all_gumloop_flows', { search: 'Q3 Campaign' })
    const { run_id } = await ok(client, 'create_a_gumloop_flow_run', {
      saved_item_id: result[0].saved_item_id,
      inputs: { campaign_name: 'Summer Promo', channel: 'Email' },
    })
    const run = await untilOver(() => ok(client, 'get_single_gumloop_flow_run_by_id', { run_id }))
    expect(run.state).toBe('DONE')
  })

  test('the deployed state machine tracks a long run to completion', { timeout: 120_000 }, async () => {
    const before = (await listExecutions(emulator)).length
    const waitFor = async (tool: string, args: Record<string, unknown>): Promise<Json> => {
      let run: Json = { is_over: false }
      // A buffering gateway limits a call to 25 s, so the wait is repeated.
      for (let attempt = 0; !run.is_over && attempt < 4; attempt++) run = await ok(client, tool, args)
      return run
    }
    const session = await ok(client, 'create_a_gumloop_session', {
      agent_id: 'agt_security_audit',
      input: 'Audit; take 12 seconds.',
    })
    const ended = await waitFor('wait_for_gumloop_session', { session_id: session.session_id })
    expect(ended).toMatchObject({ state: 'completed', is_over: true })
    expect(ended.artifacts.map((one: Json) => one.media_type)).toContain('text/csv')

    const failing = await ok(client, 'create_a_gumloop_session', {
      agent_id: 'agt_broken_pipeline',
      input: 'Go; take 6 seconds.',
    })
    expect(await waitFor('wait_for_gumloop_session', { session_id: failing.session_id })).toMatchObject({
      state: 'failed',
      is_over: true,
    })

    const { result } = await ok(client, 'list_all_gumloop_flows', { search: 'Q3 Campaign' })
    const flow = await ok(client, 'create_a_gumloop_flow_run', {
      saved_item_id: result[0].saved_item_id,
      inputs: { campaign_name: 'Autumn, take 6 seconds', channel: 'Email' },
    })
    expect(await waitFor('wait_for_gumloop_flow_run', { run_id: flow.run_id })).toMatchObject({
      state: 'DONE',
      is_over: true,
    })

    const watched = async () => (await listExecutions(emulator)).slice(before)
    await expect
      .poll(async () => (await watched()).map(one => one.status), { timeout: 20_000 })
      .toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'])
    for (const { states } of await watched()) {
      expect(states.slice(0, 3)).toEqual(['Wait', 'Poll', 'IsOver'])
      expect(states.at(-1)).toBe('Over')
    }
  })

  test('every request to Gumloop has a valid key', async () => {
    sandbox.requests.length = 0
    await ok(client, 'list_all_gumloop_agents')
    expect(sandbox.requests.at(-1)).toMatchObject({ method: 'GET', path: '/api/v1/agents', status: 200 })
  })

  test('responds to other paths with a JSON 404 and to other methods with 405', async () => {
    const base = reachable(`${outputs.ConnectorBaseUrl}/x`).replace(/x$/, '')
    for (const probe of [
      '.well-known/oauth-protected-resource',
      'favicon.ico',
      'mcp/x/.well-known/openid-configuration',
    ]) {
      const answer = await fetch(`${base}${probe}`)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json'])
    }
    expect((await fetch(`${base}mcp`)).status).toBe(405)
    expect((await fetch(`${base}health`)).status).toBe(200)
  })
})

describe('administration over the deployed API', () => {
  let admin: (method: string, address: string, body?: object) => Promise<{ status: number; body: Json }>

  beforeAll(async () => {
    const { token } = await cli(['api-token', 'create', '--name', 'first', '--scopes', 'admin'])
    admin = async (method, address, body) => {
      const answer = await fetch(reachable(`${outputs.ConnectorBaseUrl}${address}`), {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: await answer.json() }
    }
  })

  test('accepts only the token that the IAM-only function created', async () => {
    const { status, body } = await admin('GET', '/integrated-account/acme/mcp')
    expect([status, body.result.map((one: Json) => one.name)]).toEqual([200, ['deployed']])
    const stranger = await fetch(reachable(`${outputs.ConnectorBaseUrl}/accounts`))
    expect((await admin('GET', '/deployment')).body.checks).toEqual({
      table: { state: 'ok' },
      call_log: { state: 'ok' },
      long_runs: { state: 'ok' },
    })
    const rejection: Json = await stranger.json()
    expect([stranger.status, rejection.error.code]).toEqual([401, 'unauthorized'])
  })

  test('creates a connector that works, and lists its calls', { timeout: 60_000 }, async () => {
    const since = new Date().toISOString()
    const config = { methods: ['read'] }
    const minted = await admin('POST', '/integrated-account/acme/mcp', { name: 'over HTTP', config })
    expect([minted.status, minted.body.url]).toEqual([
      201,
      expect.stringMatching(new RegExp(`^${outputs.ConnectorBaseUrl}/mcp/gmcp_`)),
    ])
    const reader = await connect(minted.body.url)
    await ok(reader, 'list_all_gumloop_agents')
    await reader.close()
    // The emulator's log search supports a start time, but neither patterns nor an order.
    const calls = `/integrated-account/acme/mcp/${minted.body.id}/calls?since=${since}`
    await expect
      .poll(async () => (await admin('GET', calls)).body.result, { timeout: 30_000, interval: 1000 })
      .toMatchObject([{ tool: 'list_all_gumloop_agents', outcome: 'ok' }])
    expect((await admin('DELETE', `/integrated-account/acme/mcp/${minted.body.id}`)).status).toBe(200)
    expect((await rpc(reachable(minted.body.url), 'ping')).status).toBe(404)
  })

  test('serves the console and its assets', async () => {
    expect(outputs.ConsoleUrl).toBe(`${outputs.ConnectorBaseUrl}/console`)
    const page = await fetch(reachable(String(outputs.ConsoleUrl)))
    const text = await page.text()
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, link = '']) => new URL(link, page.url),
    )
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect((await fetch(part)).status).toBe(200)
  })

  test('the kill switch disables and enables all connectors without the function’s code', async () => {
    const name = `${STACK}-mcp`
    expect(await cli(['disable'])).toEqual({ function: name, state: 'closed', reserved_concurrency: 0 })
    expect(await cli(['enable'])).toEqual({ function: name, state: 'open', reserved_concurrency: null })
    expect((await rpc(reachable(connector.url), 'ping')).status).toBe(200)
  })
})

describe('an update', () => {
  test('deploys changed code; connectors and keys remain', {
    timeout: 180_000,
  }, async () => {
    const file = path.join(bundles, 'mcp/index.cjs')
    const text = readFileSync(file, 'utf8')
    const changed = text.replaceAll('"gumloop-mcp"', '"gumloop-mcp-changed"')
    expect(changed).not.toBe(text)
    writeFileSync(file, changed)
    await deploy()
    const again = await connect(connector.url)
    expect(again.getServerVersion()?.name).toBe('gumloop-mcp-changed')
    expect((await ok(again, 'list_all_gumloop_agents')).result_count).toBeGreaterThan(2)
    await again.close()
  })

  test('leaves cdk diff empty', { timeout: 120_000 }, async () => {
    const ended = await cdk('diff', '--fail')
    expect(ended.status, `${ended.stdout}${ended.stderr}`.slice(-3000)).toBe(0)
  })
})

describe('a connector stops working', () => {
  test('when it is revoked', async () => {
    const other = await cli(['connector', 'create', '--name', 'short', '--account', 'acme'])
    expect((await rpc(reachable(other.url), 'ping')).status).toBe(200)
    await cli(['connector', 'revoke', other.id])
    expect((await rpc(reachable(other.url), 'ping')).status).toBe(404)
  })

  test('when it expires; its item is deleted at its time to live', { timeout: 180_000 }, async () => {
    const expiresAt = new Date(Date.now() + 61_000).toISOString()
    const brief = await cli([
      'connector',
      'create',
      '--name',
      'brief',
      '--account',
      'acme',
      '--expires-at',
      expiresAt,
    ])
    expect((await rpc(reachable(brief.url), 'ping')).status).toBe(200)

    const table = new DynamoDBClient({})
    const TableName = outputs.TableName ?? ''
    // The emulator ignores the time to live in a template (asserted elsewhere), so it is set here.
    await table.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      }),
    )
    const find = async () => {
      const { Items = [] } = await table.send(
        new ScanCommand({
          TableName,
          FilterExpression: 'id = :id',
          ExpressionAttributeValues: { ':id': { S: brief.id } },
        }),
      )
      return Items.filter(item => item.pk?.S?.startsWith('CONNECTOR#'))
    }
    const [item] = await find()
    const { pk, sk, ttl } = item ?? {}
    if (!pk || !sk) throw new Error('the connector is not in the table')
    expect(Number(ttl?.N)).toBeGreaterThan(Date.now() / 1000)

    await expect
      .poll(async () => (await rpc(reachable(brief.url), 'ping')).status, { timeout: 90_000, interval: 2000 })
      .toBe(404)
    expect((await find()).length).toBe(1)
    // Moves the time to live to the past instead of waiting for it.
    await table.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk, sk },
        UpdateExpression: 'SET #ttl = :past',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':past': { N: String(Math.floor(Date.now() / 1000) - 10) } },
      }),
    )
    await expect.poll(async () => (await find()).length, { timeout: 90_000, interval: 3000 }).toBe(0)
  })
})

describe('removal', () => {
  test('destroy removes the stack and retains the table and the keys', { timeout: 120_000 }, async () => {
    await client.close()
    const ended = await cdk('destroy', '--force')
    expect(ended.status, `${ended.stdout}${ended.stderr}`.slice(-3000)).toBe(0)
    const functions = await new LambdaClient({}).send(new ListFunctionsCommand({}))
    expect(functions.Functions?.filter(one => one.FunctionName?.startsWith(STACK))).toEqual([])
    await expect(
      new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: STACK })),
    ).rejects.toThrow(/not exist/)
    const { Count = 0 } = await new DynamoDBClient({}).send(
      new ScanCommand({ TableName: outputs.TableName ?? '' }),
    )
    expect(Count).toBeGreaterThan(2)
    const { SecretList = [] } = await new SecretsManagerClient({}).send(new ListSecretsCommand({}))
    expect(SecretList.map(secret => secret.Name)).toContain(`${STACK}/accounts/acme`)
  })
})
