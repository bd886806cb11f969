/** Both official SDK clients and their requests: the protocol version they negotiate, without superfluous requests. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import type { Json } from '../support/mcp-server.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'

const { folder, remove } = temporaryFolder()
let server: Started
let proxy: RecordingProxy
beforeAll(async () => {
  server = await startLocalProgram(folder)
})
afterAll(async () => {
  await server.stop()
  remove()
})
beforeEach(async () => {
  proxy = await startRecordingProxy(server.connectorUrl ?? '')
})
afterEach(() => proxy.close())

const INFO = { name: 'witness', version: '1.0.0' }
type Negotiation = NonNullable<ConstructorParameters<typeof Client>[1]>['versionNegotiation']

async function connectNew(versionNegotiation?: Negotiation): Promise<Client> {
  const client = new Client(INFO, versionNegotiation && { versionNegotiation })
  await client.connect(new StreamableHTTPClientTransport(new URL(proxy.url)))
  return client
}

/** Lists, calls a tool, and calls one that does not exist. */
async function use(client: {
  listTools: () => Promise<{ tools: unknown[] }>
  callTool: (request: { name: string; arguments: Record<string, unknown> }) => Promise<unknown>
}): Promise<void> {
  expect((await client.listTools()).tools.length).toBeGreaterThan(5)
  const { structuredContent }: Json = await client.callTool({
    name: 'list_all_gumloop_agents',
    arguments: { search: 'security audit' },
  })
  expect(structuredContent.result[0].name).toBe('Security Audit Agent')
  await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toMatchObject({
    code: -32602,
  })
}

test.each<[string, Negotiation, string[]]>([
  ['pinned to 2026-07-28', { mode: { pin: '2026-07-28' } }, ['POST server/discover 200']],
  ['negotiating automatically', { mode: 'auto' }, ['POST server/discover 200']],
])('client 2.x, %s, uses 2026-07-28 from the first message', async (_, negotiation, opening) => {
  const client = await connectNew(negotiation)
  await use(client)
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
  await client.close()
  expect(proxy.lines()).toEqual([
    ...opening,
    'POST tools/list 200',
    'POST tools/call 200',
    'POST tools/call 200',
  ])
  expect(new Set(proxy.exchanges.map(one => `${one.version} ${one.answers}`))).toEqual(
    new Set(['2026-07-28 application/json']),
  )
})

const LEGACY_OPENING = ['POST initialize 200', 'POST notifications/initialized 202', 'GET /mcp/TOKEN 405']

test.each<[string, () => Promise<Client | OldClient>]>([
  ['client 2.x in its legacy mode', () => connectNew({ mode: 'legacy' })],
  [
    'sdk 1.x',
    async () => {
      const client = new OldClient(INFO)
      await client.connect(new OldTransport(new URL(proxy.url)))
      return client
    },
  ],
])('%s negotiates 2025-11-25 and accepts the 405 to its GET', async (_, connect) => {
  const client = await connect()
  await use(client)
  await client.close()
  expect(proxy.lines().toSorted()).toEqual(
    [...LEGACY_OPENING, 'POST tools/list 200', 'POST tools/call 200', 'POST tools/call 200'].toSorted(),
  )
  const versions = proxy.exchanges.filter(one => one.rpc !== 'initialize').map(one => one.version)
  expect(new Set(versions)).toEqual(new Set(['2025-11-25']))
})
