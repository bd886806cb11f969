/** The package as somebody gets it who has no checkout: packed, installed into an empty folder, and used from there. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  filesUnder,
  installPackage,
  megabytesOf,
  onNode,
  runProgram,
  userEnvironment,
} from '../support/installed-package.ts'
import { type Started, startProgram } from '../support/local-server.ts'
import type { Json } from '../support/mcp-server.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
/** What the README promises a trial to take, at most. */
const TRIAL_MEGABYTES = 40

const { folder, installed, command, tarball, remove } = await installPackage(ROOT)
afterAll(remove)

const run = (program: string, args: string[], more: Record<string, string> = {}, cwd = folder) =>
  runProgram(program, args, { cwd, env: userEnvironment(more) })
const gumloopMcp = (...args: string[]) => run(command, args)

describe('what is installed', () => {
  test('is what runs, and no source', () => {
    const functions = ['admin', 'admin-api', 'mcp', 'poller'].map(name => `dist/lambda/${name}/index.cjs`)
    const files = filesUnder(installed)
    expect(files.filter(file => file.startsWith('dist/lambda/'))).toEqual(expect.arrayContaining(functions))
    expect(
      files.filter(file => !/^dist\/(lambda\/(admin|admin-api|mcp|poller)\/)?[\w-]+\.(cjs|html)$/.test(file)),
    ).toEqual([
      'LICENSE',
      'README.md',
      'dist/cdk/app.cjs',
      'dist/cdk/cdk.json',
      'dist/cdk/package-lock.json',
      'dist/cdk/package.json',
      'dist/third-party-licenses.txt',
      'package.json',
      'stages/README.md',
      'stages/default.json',
      'stages/emulator.json',
      'stages/production.json',
    ])
  })

  test('is small, and brings nothing of CDK', () => {
    const packages = readdirSync(path.join(folder, 'node_modules'))
    expect(packages).toEqual(expect.arrayContaining(['dynalite', 'level', 'gumloop-mcp']))
    expect(packages.filter(name => /cdk|constructs|aws-sdk|esbuild|typescript|sandbox/.test(name))).toEqual(
      [],
    )
    expect(megabytesOf(path.join(folder, 'node_modules'))).toBeLessThan(TRIAL_MEGABYTES)
  })

  test('carries the licenses of what is bundled', () => {
    const text = readFileSync(path.join(installed, 'dist/third-party-licenses.txt'), 'utf8')
    const names = ['@modelcontextprotocol/server', 'aws4', 'gpt-tokenizer', 'hono', 'preact', 'zod']
    for (const name of names) expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'))
    expect(text).toContain('Permission is hereby granted')
  })

  test('knows its version and its programs', async () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
    expect(await gumloopMcp('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
    const { stdout } = await gumloopMcp('--help')
    for (const words of [
      'gumloop-mcp deploy ',
      'gumloop-mcp cdk ',
      'gumloop-mcp sandbox ',
      'connector create',
    ])
      expect(stdout).toContain(words)
    expect(stdout).not.toContain('npm run deploy')
    expect((await gumloopMcp('deply')).stderr).toContain('Did you mean deploy?')
  })

  test('runs from a global installation too', { timeout: 120_000 }, async () => {
    const prefix = path.join(folder, 'global')
    const result = await run('npm', ['install', '--global', '--prefix', prefix, `./${tarball}`])
    expect(result.status, result.stderr).toBe(0)
    const started = await run(path.join(prefix, 'bin/gumloop-mcp'), ['connector', 'list'])
    expect(started.stderr).toContain('Start the server once in this folder (gumloop-mcp)')
    rmSync(prefix, { recursive: true })
  })

  test('starts on Node 20.11.0, the oldest that it supports, as a build of the checkout does', {
    timeout: 120_000,
  }, async () => {
    await onNode(folder, '20.11.0', async node => {
      const built = await run(node, ['--import', 'tsx', 'scripts/build.ts', '--only', 'server'], {}, ROOT)
      expect(built.status, built.stderr).toBe(0)
      const place = path.join(folder, 'oldest-node')
      mkdirSync(place)
      const server = await startProgram(node, [command, '--port', '0'], {
        cwd: place,
        env: userEnvironment(),
      })
      expect(server.errors()).toBe('')
      expect(await server.stop()).toBe(0)
    })
  })

  test.each(['8.17.0', '18.20.8'])(
    'says on Node %s that it needs a newer one',
    { timeout: 120_000 },
    async version => {
      await onNode(folder, version, async node => {
        expect(await run(node, [command])).toEqual({
          status: 1,
          stdout: '',
          stderr: `This needs Node 20.11 or newer; you are running Node ${version}.\n`,
        })
      })
    },
  )
})

describe('the server', () => {
  let server: Started
  let client: Client
  const ok = async (name: string, args: Record<string, unknown> = {}): Promise<Json> => {
    const result: Json = await client.callTool({ name, arguments: args })
    expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
    return result.structuredContent
  }
  beforeAll(async () => {
    server = await startProgram(command, ['--port', '0'], { cwd: folder, env: userEnvironment() })
    client = new Client({ name: 'package', version: '1.0.0' })
    await client.connect(new StreamableHTTPClientTransport(new URL(server.connectorUrl ?? '')))
  })
  afterAll(async () => {
    await client.close()
    expect(await server.stop()).toBe(0)
  })

  test('is what the command starts without a word, on its usual port', async () => {
    const other = createServer()
    await new Promise<void>(resolve => {
      other.once('error', () => resolve()) // taken already, which is as good
      other.listen(8787, '127.0.0.1', () => resolve())
    })
    const place = path.join(folder, 'elsewhere')
    mkdirSync(place)
    const ended = await run(command, [], {}, place)
    other.close()
    expect(ended).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'Port 8787 is in use. Stop the program that uses it, or choose another port: gumloop-mcp --port 8788\n',
    })
  })

  test('prints its screen, and keeps its data in this folder', () => {
    expect(server.errors()).toBe('')
    expect(server.output()).toContain('gumloop-mcp connector list')
    expect(server.output()).not.toContain('npm run')
    expect(existsSync(path.join(folder, '.local/admin-token'))).toBe(true)
  })

  test('an agent runs to its end, and its file downloads', { timeout: 60_000 }, async () => {
    const agents = await ok('list_all_gumloop_agents', { search: 'security audit' })
    const { session_id } = await ok('create_a_gumloop_session', {
      agent_id: agents.result[0].id,
      input: 'go',
    })
    await expect
      .poll(async () => (await ok('get_single_gumloop_session_by_id', { session_id })).is_over, {
        timeout: 30_000,
      })
      .toBe(true)
    const artifacts = await ok('list_all_gumloop_artifacts', { session_id })
    const { download_url } = await ok('get_single_gumloop_artifact_by_id', {
      artifact_id: artifacts.result[0].id,
    })
    const file = await fetch(download_url)
    expect(file.status).toBe(200)
    expect((await file.text()).length).toBeGreaterThan(20)
  })

  test('is administered from the same folder', async () => {
    const { status, stdout, stderr } = await gumloopMcp('connector', 'list', '--json')
    expect(status, stderr).toBe(0)
    expect(JSON.parse(stdout).result).toEqual([expect.objectContaining({ name: 'local' })])
    const tested = await gumloopMcp('connector', 'test', server.connectorUrl ?? '', '--json')
    expect(tested.status, tested.stderr).toBe(0)
    const { tools } = JSON.parse(tested.stdout)
    // Counted with the encoding, which is a bundle of its own.
    expect(tools.length).toBeGreaterThan(10)
    for (const { tokens } of tools) expect(tokens).toBeGreaterThan(20)
  })

  test('has its console', async () => {
    const page = await fetch(`${server.origin}/console`)
    expect(page.status).toBe(200)
    const script = /src="(console\/main-[^"]+\.js)"/.exec(await page.text())?.[1] ?? ''
    expect((await fetch(`${server.origin}/${script}`)).status).toBe(200)
  })
})

test('the sandbox alone', async () => {
  const { stdout } = await gumloopMcp('sandbox', '--help')
  expect(stdout).toContain('gumloop-mcp sandbox [options]')
  const child = spawn(command, ['sandbox', '--port', '0', '--state', 'sandbox.json'], {
    cwd: folder,
    env: userEnvironment(),
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  try {
    await expect.poll(() => output, { timeout: 20_000 }).toContain('Ctrl-C')
    const origin = /listening on (http:\S+)/.exec(output)?.[1] ?? ''
    expect((await fetch(`${origin}/__sandbox`)).status).toBe(200)
  } finally {
    child.kill()
  }
})
