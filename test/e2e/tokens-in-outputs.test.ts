/**
 * A token or key that is sent to the wrong place comes back from nowhere: not in any answer, log line, error of the
 * command line, or crash.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  cleanEnvironment,
  type Started,
  startLocalProgram,
  temporaryFolder,
} from '../support/local-server.ts'
import { call, rpc } from '../support/mcp-server.ts'
import { type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts'

const DIST = path.resolve(import.meta.dirname, '../../dist')
const GUMLOOP_KEY = 'gumloop-key-of-this-test-0123456789'
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
/** `*` is where an id belongs. */
const PATHS = [
  '/',
  '/mcp',
  '/health',
  '/console',
  '/openapi.json',
  '/favicon.ico',
  '/robots.txt',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/authorize',
  '/token',
  '/register',
  '/accounts',
  '/accounts/*',
  '/accounts/*/tool-groups',
  '/accounts/local/tool-groups/*',
  '/api-tokens',
  '/api-tokens/*',
  '/audit',
  '/catalog',
  '/deployment',
  '/integrated-account/*/mcp',
  '/integrated-account/local/mcp',
  '/integrated-account/local/mcp/*',
  '/integrated-account/local/mcp/*/rotate',
  '/integrated-account/local/mcp/*/calls',
  '/integrated-account/*/calls',
]

const { folder, remove } = temporaryFolder()
let upstream: ScriptedUpstream
let server: Started
let connectorUrl: string
let adminToken: string
let port: number
/** Each as it is sent, and the part of it that no output may contain. */
let tokens: { name: string; token: string; secret: string }[]

beforeAll(async () => {
  upstream = await startScriptedUpstream()
  server = await startLocalProgram(folder, ['--port', '0'], {
    GUMLOOP_API_KEY: GUMLOOP_KEY,
    GUMLOOP_USER_ID: 'user-1',
    GUMLOOP_BASE_URL: upstream.baseUrl,
    GUMLOOP_STREAM_BASE_URL: upstream.baseUrl,
  })
  connectorUrl = server.connectorUrl ?? ''
  port = Number(new URL(server.origin).port)
  adminToken = readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim()
  const withSecret = (name: string, token: string) => ({ name, token, secret: token.slice(-40) })
  tokens = [
    withSecret('a connector token', connectorUrl.split('/').at(-1) ?? ''),
    withSecret('an administrator token', adminToken),
    withSecret('a token that was never issued', `gmcp_${'a'.repeat(16)}_${'Zz09_-'.repeat(7)}Q`),
  ]
})
afterAll(async () => {
  agent.destroy()
  await server.stop()
  await upstream.close()
  remove()
})

const agent = new http.Agent({ keepAlive: true })

/** Status, headers and body of an answer, as one text. */
function answer(method: string, at: string, authorization?: string, body = ''): Promise<string> {
  const headers = {
    host: `localhost:${port}`,
    'content-type': 'application/json',
    ...(authorization !== undefined && { authorization }),
  }
  return new Promise((resolve, reject) => {
    const request = http.request({ port, method, path: at, headers, agent }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () => {
        const head = [response.statusCode, response.statusMessage, ...response.rawHeaders]
        resolve(`${head.join(' ')} ${Buffer.concat(chunks)}`)
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

describe('no answer contains it, whatever the path and the method', () => {
  test.each([
    ['a stranger', false],
    ['an administrator', true],
  ])(
    'to %s',
    async (_, isAdministrator) => {
      const leaks: string[] = []
      for (const { name, token, secret } of tokens) {
        const body = JSON.stringify({
          [token]: token,
          expires_at: token,
          scopes: [token],
          tools: [token],
          tags: [token],
          config: { methods: [token], tags: [token], tool_exposure: token, [token]: 1 },
        })
        for (const at of PATHS) {
          const inPlace = at.replaceAll('*', token)
          const plain = at.replaceAll('*', 'x')
          const targets = [
            inPlace,
            `${plain}/${token}`,
            `${plain}?token=${token}&limit=${token}&next_cursor=${token}&account_id=${token}&${token}=1`,
          ]
          for (const target of new Set(targets)) {
            if (new RegExp(`^/mcp/${token}$`).test(target)) continue // that is its place
            for (const method of METHODS) {
              const authorization = isAdministrator ? `Bearer ${adminToken}` : undefined
              const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(method)
              const text = await answer(method, target, authorization, hasBody ? body : '')
              if (text.includes(secret)) leaks.push(`${name}: ${method} ${target.replaceAll(token, '*')}`)
            }
          }
        }
      }
      expect(leaks).toEqual([])
    },
    60_000,
  )
})

describe('no answer to a message of a connector contains it', () => {
  const names = (token: string): [string, object][] => [
    ['tools/call', { name: token, arguments: {} }],
    ['tools/call', { name: 'wait_for_gumloop_session', arguments: { session_id: token, [token]: token } }],
    ['tools/call', { name: 'wait_for_gumloop_session', arguments: { session_id: 's', wait_seconds: token } }],
    ['tools/call', { name: 'list_all_gumloop_agents', arguments: { limit: token } }],
    ['tools/call', { name: 'call_gumloop_tool', arguments: { name: token, arguments: {} } }],
    ['tools/call', { name: 'get_gumloop_tool_schemas', arguments: { names: [token] } }],
    ['resources/read', { uri: token }],
    ['resources/read', { uri: `gumloop://artifacts/${token}` }],
    ['prompts/get', { name: token }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: token }, argument: { name: token, value: token } },
    ],
    ['logging/setLevel', { level: token }],
    [token, {}],
  ]
  // Gumloop repeats what it was sent, as servers do.
  beforeAll(() =>
    upstream.script((sent, response) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      const message = `${sent.url} is wrong for ${sent.headers.authorization}`
      response.end(JSON.stringify({ error: { code: 'bad_request', message } }))
    }),
  )

  test('which quotes what the client sent, or what Gumloop answered', async () => {
    const leaks: string[] = []
    for (const { name, token, secret } of tokens) {
      for (const [method, params] of names(token)) {
        for (const headers of [
          {},
          { 'mcp-protocol-version': token },
          { 'mcp-method': token, 'mcp-name': token },
        ]) {
          const text = await (await rpc(connectorUrl, method, params, headers)).text()
          const what = `${name}: ${method} ${JSON.stringify(params)}`.replaceAll(token, '*')
          if (text.includes(secret)) leaks.push(what)
          if (text.includes(GUMLOOP_KEY)) leaks.push(`the key: ${what}`)
        }
      }
      for (const body of [
        `{"${token}`,
        `["${token}"]`,
        `{"jsonrpc":"2.0","id":"1","method":{"${token}":1}}`,
      ]) {
        const text = await answer('POST', new URL(connectorUrl).pathname, undefined, body)
        if (text.includes(secret)) leaks.push(`${name}: ${body.replaceAll(token, '*')}`)
      }
    }
    expect(leaks).toEqual([])
    const failed = await call(connectorUrl, 'list_all_gumloop_agents')
    expect(failed.structuredContent.error.message).toContain('[redacted]')
  })
})

/** Runs a program until it exits; both outputs. */
function run(program: string, args: string[], environment: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [path.join(DIST, program), ...args], {
    cwd: folder,
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk
    })
  }
  return new Promise(resolve => child.on('close', () => resolve(output)))
}

describe('no error of a program contains it', () => {
  const COMMANDS: [string, string[]][] = [
    ['cli.cjs', ['*']],
    ['cli.cjs', ['connector', '*']],
    ['cli.cjs', ['--*']],
    ['cli.cjs', ['connector', 'list', '--*=1']],
    ['cli.cjs', ['connector', 'show', '*']],
    ['cli.cjs', ['connector', 'show', '*', '--json']],
    ['cli.cjs', ['connector', 'revoke', '*', '--account', '*', '--yes']],
    ['cli.cjs', ['connector', 'create', '--name', 'x', '--tags', '*', '--expires-at', '*']],
    ['cli.cjs', ['connector', 'test', 'http://127.0.0.1:1/mcp/*']],
    ['cli.cjs', ['connector', 'list', '--server', 'http://127.0.0.1:1/mcp/*']],
    ['cli.cjs', ['connector', 'list', '--server', '*']],
    ['cli.cjs', ['api-token', 'revoke', '*', '--yes']],
    ['cli.cjs', ['logs', '--since', '*']],
    ['server.cjs', ['*']],
    ['server.cjs', ['--*']],
    ['server.cjs', ['--port', '*']],
    ['server.cjs', ['--public-url', '*']],
    ['server.cjs', ['--host', '*']],
    ['sandbox.cjs', ['--*']],
    ['sandbox.cjs', ['--fail', '*']],
    ['sandbox.cjs', ['--state', '/dev/null/*']],
    ['deploy.cjs', ['*']],
    ['ip-ranges.cjs', ['*']],
  ]

  test.each(COMMANDS)('%s %j', async (program, args) => {
    const { token, secret } = tokens[0] ?? expect.unreachable()
    const output = await run(
      program,
      args.map(arg => arg.replaceAll('*', token)),
    )
    expect(output.trim()).not.toBe('')
    expect(output).not.toContain(secret)
  })

  test('nor does a program that crashes', async () => {
    const { token, secret } = tokens[0] ?? expect.unreachable()
    const crash = `data:text/javascript,setTimeout(() => { throw new Error('at ${token}') }, 1)`
    const output = await run('server.cjs', ['--port', '0'], { NODE_OPTIONS: `--import="${crash}"` })
    expect(output).toContain('Error: at gmcp_[redacted]')
    expect(output).not.toContain(secret)
  })
})

test('neither the log nor what the server printed contains it', () => {
  const log = readFileSync(path.join(folder, '.local/server.log'), 'utf8')
  const shownOnce = server.output().replaceAll(connectorUrl, '')
  for (const { secret } of tokens) expect(`${log}${shownOnce}${server.errors()}`).not.toContain(secret)
  expect(`${log}${server.output()}${server.errors()}`).not.toContain(GUMLOOP_KEY)
})
