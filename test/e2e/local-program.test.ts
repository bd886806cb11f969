/** The local server as a new user experiences it: first screen, restart, kill, mistakes, and what it stores on disk. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import {
  cleanEnvironment,
  type Started,
  startLocalProgram,
  temporaryFolder,
} from '../support/local-server.ts'
import { call, rpc } from '../support/mcp-server.ts'
import { startScriptedUpstream } from '../support/scripted-upstream.ts'

const PROGRAM = path.resolve(import.meta.dirname, '../../dist/server.cjs')

let running: Started[] = []
let removals: (() => void)[] = []
afterEach(async () => {
  await Promise.all(running.map(server => server.stop('SIGKILL')))
  for (const remove of removals) remove()
  running = []
  removals = []
})

function newFolder(): string {
  const { folder, remove } = temporaryFolder()
  removals.push(remove)
  return folder
}

async function start(
  folder: string,
  args?: string[],
  environment?: Record<string, string>,
): Promise<Started> {
  const server = await startLocalProgram(folder, args, environment)
  running.push(server)
  return server
}

/** Runs the server until it exits. */
function fail(folder: string, args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: { ...cleanEnvironment(), ...environment },
    encoding: 'utf8',
    timeout: 15_000,
  })
  return { status, stdout, stderr }
}

describe('the first start', () => {
  test('prints one screen with the connector URL, how to use it, and where the data is', async () => {
    const folder = newFolder()
    const server = await start(folder)
    expect(server.errors()).toBe('')
    expect(server.connectorUrl).toMatch(
      /^http:\/\/localhost:\d+\/mcp\/gmcp_[a-z0-9]{16}_[\w-]{43}[A-Za-z0-9]{6}$/,
    )
    for (const words of ['sandbox', 'Inspector', 'ChatGPT', '--public-url', path.join(folder, '.local')]) {
      expect(server.output()).toContain(words)
    }
    expect(statSync(path.join(folder, '.local/admin-token')).mode & 0o777).toBe(0o600)
  })

  test('the connector survives a kill, and its URL is not printed again', async () => {
    const folder = newFolder()
    const first = await start(folder)
    const port = new URL(first.origin).port
    const agents = await call(first.connectorUrl ?? '', 'list_all_gumloop_agents')
    const started = await call(first.connectorUrl ?? '', 'create_a_gumloop_session', {
      agent_id: agents.structuredContent.result[0].id,
      input: 'take 60 seconds',
    })
    await first.stop('SIGKILL')
    const second = await start(folder, ['--port', port])
    expect(second.connectorUrl).toBe(undefined)
    expect(second.output()).toContain('is still valid')
    expect(second.output()).not.toContain('gmcp_')
    const again = await call(first.connectorUrl ?? '', 'get_single_gumloop_session_by_id', {
      session_id: started.structuredContent.session_id,
    })
    expect(again.structuredContent.session_id).toBe(started.structuredContent.session_id)
  })

  test('a start without a usable connector creates one and prints its URL', async () => {
    const folder = newFolder()
    const first = await start(folder)
    const authorization = `Bearer ${readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim()}`
    const id = /gmcp_([a-z0-9]{16})/.exec(first.connectorUrl ?? '')?.[1]
    const at = `${first.origin}/integrated-account/sandbox/mcp/${id}`
    expect((await fetch(at, { method: 'DELETE', headers: { authorization } })).status).toBeLessThan(300)
    await first.stop()
    const second = await start(folder)
    expect((await rpc(second.connectorUrl ?? '', 'ping')).status).toBe(200)
  })

  test('--reset deletes everything, so the old URL stops working', async () => {
    const folder = newFolder()
    const first = await start(folder)
    await first.stop()
    const second = await start(folder, ['--port', '0', '--reset'])
    expect(second.connectorUrl).toMatch(/gmcp_/)
    const old = (first.connectorUrl ?? '').replace(first.origin, second.origin)
    expect((await rpc(old, 'ping')).status).toBe(404)
  })

  test('--public-url sets the URL and allows its Host, but no other', async () => {
    const server = await start(newFolder(), ['--port', '0', '--public-url', 'https://tunnel.example/'])
    expect(server.connectorUrl).toMatch(/^https:\/\/tunnel\.example\/mcp\/gmcp_/)
    const local = (server.connectorUrl ?? '').replace('https://tunnel.example', server.origin)
    const { port, pathname } = new URL(local)
    const statusFor = async (host: string) => (await answerFor(host)).status
    const answerFor = (host: string) =>
      new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        import('node:http').then(http => {
          const request = http.request(
            {
              host: '127.0.0.1',
              port,
              path: pathname,
              method: 'POST',
              headers: { host, 'content-type': 'application/json' },
            },
            response => {
              let text = ''
              response.on('data', chunk => (text += chunk))
              response.on('end', () => resolve({ status: response.statusCode, text }))
            },
          )
          request.on('error', reject)
          request.end('{"jsonrpc":"2.0","id":1,"method":"ping"}')
        }, reject)
      })
    expect([
      await statusFor('tunnel.example'),
      await statusFor(`localhost:${port}`),
      await statusFor('evil.example'),
    ]).toEqual([200, 200, 403])
    expect((await answerFor('evil.example')).text).toContain('--public-url')
  })

  test('stops on SIGTERM with exit code 0', async () => {
    const server = await start(newFolder())
    expect(await server.stop('SIGTERM')).toBe(0)
  })
})

describe('with a configured Gumloop', () => {
  test('reads key, user and hosts from the environment', async () => {
    const upstream = await startScriptedUpstream()
    upstream.script({ status: 200, json: { agents: [{ id: 'real' }] } })
    const server = await start(newFolder(), undefined, {
      GUMLOOP_API_KEY: 'the-key',
      GUMLOOP_USER_ID: 'the-user',
      GUMLOOP_BASE_URL: upstream.baseUrl,
    })
    expect(server.output()).toContain(upstream.baseUrl)
    const { structuredContent } = await call(server.connectorUrl ?? '', 'list_all_gumloop_agents')
    expect(structuredContent.result).toEqual([{ id: 'real' }])
    expect(upstream.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer the-key',
      'x-auth-key': 'the-user',
    })
    await upstream.close()
  })
})

describe('mistakes end with a one-line message and exit code 1', () => {
  test.each<[string, string[], Record<string, string>, RegExp]>([
    [
      'a user id without a key',
      [],
      { GUMLOOP_USER_ID: 'u' },
      /GUMLOOP_API_KEY is not set, but GUMLOOP_USER_ID is/,
    ],
    [
      'a host without a key',
      [],
      { GUMLOOP_BASE_URL: 'https://x.example' },
      /GUMLOOP_API_KEY is not set, but GUMLOOP_BASE_URL is/,
    ],
    [
      'a key with an invisible character',
      [],
      { GUMLOOP_API_KEY: 'ke\u200by', GUMLOOP_USER_ID: 'u' },
      /GUMLOOP_API_KEY has a character that cannot be sent: U\+200B at character 3/,
    ],
    ['a key without an owner', [], { GUMLOOP_API_KEY: 'k' }, /neither GUMLOOP_USER_ID nor GUMLOOP_TEAM_ID/],
    [
      'a base URL that is none',
      [],
      { GUMLOOP_API_KEY: 'k', GUMLOOP_USER_ID: 'u', GUMLOOP_BASE_URL: 'ftp://x' },
      /GUMLOOP_BASE_URL must be/,
    ],
    ['a port that is none', ['--port', 'abc'], {}, /--port must be a number/],
    ['a public URL that is none', ['--public-url', 'tunnel'], {}, /--public-url must be an http/],
    ['an unknown option', ['--prot', '1'], {}, /Unknown option '--prot'/],
  ])('%s', (_, args, environment, words) => {
    const result = fail(newFolder(), args, environment)
    expect([result.status, result.stdout]).toEqual([1, ''])
    expect(result.stderr).toMatch(words)
    expect(result.stderr.split('\n').length).toBeLessThan(4)
  })

  test('a port in use, and data in use by another server', async () => {
    const folder = newFolder()
    const server = await start(folder)
    const port = new URL(server.origin).port
    expect(fail(newFolder(), ['--port', port])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`Port ${port} is in use`),
    })
    expect(fail(folder, ['--port', '0'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Another server is using'),
    })
  })

  test('unreadable data', async () => {
    const folder = newFolder()
    await (await start(folder)).stop()
    writeFileSync(path.join(folder, '.local/table/CURRENT'), 'garbage\n')
    const result = fail(folder, ['--port', '0'])
    expect([result.status, result.stdout]).toEqual([1, ''])
    expect(result.stderr).toContain('--reset')
  })

  test('unreadable state of the sandbox', async () => {
    const folder = newFolder()
    await (await start(folder)).stop()
    writeFileSync(path.join(folder, '.local/sandbox.json'), '{broken')
    const result = fail(folder, ['--port', '0'])
    expect(result.status).toBe(1)
    expect(result.stderr).toMatch(/^The sandbox's state file .*sandbox\.json is damaged.*\n$/)
  })

  test('--help lists every option', () => {
    const result = fail(newFolder(), ['--help'])
    expect(result.status).toBe(0)
    for (const option of ['--port', '--host', '--public-url', '--reset', '--help'])
      expect(result.stdout).toContain(option)
  })
})

test('a whole run stores no token, key or signed link in the log or the table', async () => {
  const folder = newFolder()
  const server = await start(folder)
  const url = server.connectorUrl ?? ''
  const agents = await call(url, 'list_all_gumloop_agents', { search: 'security audit' })
  const session = await call(url, 'create_a_gumloop_session', {
    agent_id: agents.structuredContent.result[0].id,
    input: 'go',
  })
  const { session_id } = session.structuredContent
  await expect
    .poll(
      async () =>
        (await call(url, 'get_single_gumloop_session_by_id', { session_id })).structuredContent.is_over,
      { timeout: 15_000 },
    )
    .toBe(true)
  const artifacts = await call(url, 'list_all_gumloop_artifacts', { session_id })
  const link = await call(url, 'get_single_gumloop_artifact_by_id', {
    artifact_id: artifacts.structuredContent.result[0].id,
  })
  await rpc(`${url}x`, 'tools/list')
  await server.stop()

  const secrets = [
    url.split('_').slice(2).join('_'),
    readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim().split('_').slice(2).join('_'),
  ]
  const signature = new URL(link.structuredContent.download_url).searchParams.get('X-Goog-Signature') ?? ''
  expect(signature.length).toBeGreaterThan(10)
  const log = readFileSync(path.join(folder, '.local/server.log'), 'utf8')
  expect(log.trim().split('\n').length).toBeGreaterThan(3)
  for (const secret of [...secrets, signature]) expect(log).not.toContain(secret)
  const table = readdirSync(path.join(folder, '.local/table')).map(file =>
    readFileSync(path.join(folder, '.local/table', file), 'latin1'),
  )
  expect(table.join('').length).toBeGreaterThan(100)
  for (const secret of secrets) expect(table.join('')).not.toContain(secret)
  expect(server.output().split(secrets[0] ?? '').length - 1).toBe(2) // only in the URL and in the command for Inspector
})

test('reports a data folder that is not writable', () => {
  const folder = newFolder()
  writeFileSync(path.join(folder, '.local'), 'a file in the folder’s place')
  chmodSync(path.join(folder, '.local'), 0o400)
  const result = fail(folder, ['--port', '0'])
  expect([result.status, existsSync(path.join(folder, '.local'))]).toEqual([1, true])
  expect(result.stderr).toContain('.local')
  expect(result.stderr).not.toContain('    at ')
})
