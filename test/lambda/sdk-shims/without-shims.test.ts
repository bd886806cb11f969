/** The build without SDK shims works, and responds exactly as the build with them. */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFakeServices } from '../../../bench/fake-services.ts'
import { eventsOf } from '../../../bench/gateway-events.ts'
import { LambdaEnvironment } from '../../../bench/lambda-environment.ts'
import { bundle } from '../../../scripts/bundle/lambda-bundle.ts'
import { type Started, startLocalProgram, temporaryFolder } from '../../support/local-server.ts'
import type { Json } from '../../support/mcp-server.ts'
import { comparedEvents } from './messages.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
/** Inside the project, so that packages that are not bundled are found. */
const OUT_DIR = `dist/without-sdk-shims-${process.pid}`
const inOutDir = (file: string) => path.join(ROOT, OUT_DIR, file)

beforeAll(async () => {
  const options = ['--no-sdk-shims', '--out-dir', OUT_DIR, '--quiet']
  execFileSync('npm', ['run', '-s', 'build', '--', ...options], { cwd: ROOT, stdio: 'inherit' })
  const entry = path.join(ROOT, 'lambda/handlers/mcp.ts')
  await bundle({ entry, outfile: inOutDir('with-shims.cjs'), kind: 'mcp' })
}, 120_000)
afterAll(() => rmSync(path.join(ROOT, OUT_DIR), { recursive: true, force: true }))

describe('the MCP function', () => {
  test('loads the real zod and the global fetch API', async () => {
    const services = await startFakeServices()
    const environment = await LambdaEnvironment.start(inOutDir('lambda/mcp/index.cjs'), services.environment)
    const { call } = eventsOf('2026-07-28', services.token)
    const { answer } = await environment.invoke(call)
    expect(answer.statusCode).toBe(200)
    expect(await environment.settled()).toMatchObject({ loadedUndici: true, loadedZod: true })
    environment.stop()
    services.close()
  })

  test('responds to every message with the same bytes as with shims', { timeout: 120_000 }, async () => {
    const services = await startFakeServices()
    const [withShims, withoutShims] = await Promise.all(
      ['with-shims.cjs', 'lambda/mcp/index.cjs'].map(file =>
        LambdaEnvironment.start(inOutDir(file), services.environment),
      ),
    )
    const statuses: Record<number, number> = {}
    const different: object[] = []
    for (const event of comparedEvents(services.token)) {
      const [expected, actual] = await Promise.all(
        [withShims, withoutShims].map(environment => environment?.invoke(event)),
      )
      if (JSON.stringify(actual?.answer) !== JSON.stringify(expected?.answer))
        different.push({ event, expected: expected?.answer, actual: actual?.answer })
      const status = expected?.answer.statusCode ?? 0
      statuses[status] = (statuses[status] ?? 0) + 1
    }
    withShims?.stop()
    withoutShims?.stop()
    services.close()
    expect(different).toEqual([])
    // Both bundles reach the handlers and every kind of rejection.
    expect(statuses[200]).toBeGreaterThan(100)
    expect(statuses[400]).toBeGreaterThan(100)
  })
})

describe('the local server', () => {
  const { folder, remove } = temporaryFolder()
  let server: Started
  beforeAll(async () => {
    server = await startLocalProgram(folder, ['--port', '0'], {}, inOutDir('server.cjs'))
  }, 30_000)
  afterAll(async () => {
    await server.stop()
    remove()
  })

  const connect: [string, (url: URL) => Promise<Client | OldClient>][] = [
    [
      'client 2.x (2026-07-28)',
      async url => {
        const client = new Client(
          { name: 'story', version: '1.0.0' },
          { versionNegotiation: { mode: { pin: '2026-07-28' } } },
        )
        await client.connect(new StreamableHTTPClientTransport(url))
        return client
      },
    ],
    [
      'SDK 1.x (2025-11-25)',
      async url => {
        const client = new OldClient({ name: 'story', version: '1.0.0' })
        await client.connect(new OldTransport(url))
        return client
      },
    ],
  ]

  test.each(connect)(
    '%s: runs an agent with progress and reads its file',
    { timeout: 60_000 },
    async (_, open) => {
      const client: Json = await open(new URL(server.connectorUrl ?? ''))
      const call = async (
        name: string,
        args: Record<string, unknown>,
        options: object = {},
      ): Promise<Json> => {
        const request = { name, arguments: args }
        const result: Json = await (client instanceof OldClient
          ? client.callTool(request, undefined, options)
          : client.callTool(request, options))
        expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
        return result.structuredContent
      }
      const { tools } = await client.listTools()
      expect(tools.length).toBeGreaterThan(5)
      const { session_id } = await call('create_a_gumloop_session', {
        agent_id: 'agt_security_audit',
        input: 'Audit, take 2 seconds.',
      })
      const progress: object[] = []
      const run = await call(
        'wait_for_gumloop_session',
        { session_id },
        { onprogress: (one: object) => progress.push(one) },
      )
      expect(run).toMatchObject({ state: 'completed', is_over: true })
      expect(progress.length).toBeGreaterThan(0)
      const artifacts = await call('list_all_gumloop_artifacts', { session_id })
      expect(artifacts.result.map((artifact: Json) => artifact.filename)).toContain('audit-findings.csv')
      await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toMatchObject({
        code: -32602,
      })
      await client.close()
    },
  )
})
