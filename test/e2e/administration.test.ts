/** Administration of the local server: its command line, its console, and what a tunnel must not expose. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { call, type Json, rpc } from '../support/mcp-server.ts'

const CLI = path.resolve(import.meta.dirname, '../../bin/cli.ts')
const TSX = path.resolve(import.meta.dirname, '../../node_modules/tsx/dist/cli.mjs')

const { folder, remove } = temporaryFolder()
let server: Started
beforeAll(async () => {
  server = await startLocalProgram(folder, ['--port', '0', '--public-url', 'https://tunnel.example'])
})
afterAll(async () => {
  await server.stop()
  remove()
})

/** Runs the command line in the server's folder, where it finds port and token. */
function cli(...args: string[]): string {
  return execFileSync(process.execPath, [TSX, CLI, ...args], { cwd: folder, encoding: 'utf8' })
}

/** The connector URL on this machine; it is issued with the tunnel's origin. */
const onLoopback = (url: string) => url.replace('https://tunnel.example', server.origin)

function get(at: string, host: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.origin}${at}`, { headers: { host } }, response => {
      let body = ''
      response.on('data', chunk => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('the command line on the server’s machine', () => {
  test('finds the server on any port, limits a connector by a group, and lists its calls', async () => {
    expect(readFileSync(path.join(folder, '.local/server-url'), 'utf8')).toBe(`${server.origin}\n`)
    cli('account', 'group', 'put', 'reporting', '--tags', 'artifacts', '--tools', 'list_all_gumloop_agents')
    const made: Json = JSON.parse(
      cli('connector', 'create', '--name', 'x', '--tags', 'reporting', '--exposure', 'all', '--json'),
    )
    const url = onLoopback(made.url)
    const listed = async () => {
      const { result }: Json = await (await rpc(url, 'tools/list')).json()
      return result.tools.map(({ name }: Json) => name)
    }
    expect(await listed()).toEqual(
      expect.arrayContaining(['list_all_gumloop_agents', 'list_all_gumloop_artifacts']),
    )
    expect(await listed()).not.toContain('list_all_gumloop_flows')

    cli('account', 'group', 'put', 'reporting', '--tags', 'flows')
    expect(await listed()).toContain('list_all_gumloop_flows')
    expect(await listed()).not.toContain('list_all_gumloop_agents')
    expect((await call(url, 'list_all_gumloop_agents')).error.code).toBe(-32602)
    await call(url, 'list_all_gumloop_flows', { limit: 1 })

    const { result }: Json = JSON.parse(cli('logs', '--connector', made.id, '--json'))
    expect(result.map(({ tool, outcome }: Json) => [tool, outcome])).toEqual([
      ['list_all_gumloop_flows', 'ok'],
    ])
    expect(JSON.parse(cli('account', 'group', 'list', '--json')).result[0]).toMatchObject({
      name: 'reporting',
      tags: ['flows'],
      tools: [],
    })
  })
})

describe('the console and the admin API', () => {
  test('are served on loopback only', async () => {
    const home = new URL(server.origin).host
    expect((await get('/console', home)).body).toContain('<title>Gumloop MCP console</title>')
    expect((await get('/accounts', home)).status).toBe(401)
    expect((await get('/openapi.json', home)).status).toBe(200)
    for (const host of [
      'tunnel.example',
      'rebound.example',
      `rebound.example:${new URL(server.origin).port}`,
    ]) {
      for (const at of ['/console', '/accounts', '/openapi.json', '/deployment']) {
        expect([host, at, (await get(at, host)).status]).toEqual([host, at, 404])
      }
    }
    expect((await get('/health', 'tunnel.example')).status).toBe(200)
  })
})

test('the file with the server’s address is removed when the server ends', async () => {
  await server.stop()
  expect(existsSync(path.join(folder, '.local/server-url'))).toBe(false)
})
