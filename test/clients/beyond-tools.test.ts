/** Prompts, completion and resources through both SDK clients, against the local server with the sandbox. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { call, type Json } from '../support/mcp-server.ts'

const { folder, remove } = temporaryFolder()
let server: Started
let artifact: { id: string; filename: string; session_id: string }
beforeAll(async () => {
  server = await startLocalProgram(folder)
  const url = server.connectorUrl ?? ''
  const agents = await call(url, 'list_all_gumloop_agents', { search: 'security audit' })
  const [agent] = agents.structuredContent.result
  const started = await call(url, 'create_a_gumloop_session', { agent_id: agent.id, input: 'Audit.' })
  const { session_id } = started.structuredContent
  await call(url, 'wait_for_gumloop_session', { session_id })
  const listed = await call(url, 'list_all_gumloop_artifacts', { session_id })
  artifact = listed.structuredContent.result.find((one: Json) => one.filename.endsWith('.csv'))
})
afterAll(async () => {
  await server.stop()
  remove()
})

interface AnyClient {
  complete: (params: Json) => Promise<Json>
  getPrompt: (params: Json) => Promise<Json>
  listPrompts: () => Promise<Json>
  listResources: () => Promise<Json>
  listResourceTemplates: () => Promise<Json>
  readResource: (params: { uri: string }) => Promise<Json>
  close: () => Promise<void>
}

const CLIENTS: [string, (url: URL) => Promise<AnyClient>][] = [
  [
    'sdk 1.x',
    async url => {
      const client = new OldClient({ name: 'person', version: '1.0.0' })
      await client.connect(new OldTransport(url))
      return client
    },
  ],
  [
    'client 2.x, 2026-07-28',
    async url => {
      const versionNegotiation = { mode: { pin: '2026-07-28' } }
      const client = new Client({ name: 'person', version: '1.0.0' }, { versionNegotiation })
      await client.connect(new StreamableHTTPClientTransport(url))
      return client
    },
  ],
]

describe.each(CLIENTS)('%s', (_, connect) => {
  let client: AnyClient
  beforeAll(async () => {
    client = await connect(new URL(server.connectorUrl ?? ''))
  })
  afterAll(() => client.close())

  test('selects a prompt, completes its agent, and fills it in', async () => {
    const { prompts } = await client.listPrompts()
    expect(prompts.map((prompt: Json) => prompt.title)).toContain('Run an agent and get its files')
    const ref = { type: 'ref/prompt', name: 'run_agent_and_get_files' }
    const { completion } = await client.complete({ ref, argument: { name: 'agent', value: 'sec' } })
    expect(completion.values[0]).toBe('Security Audit Agent')
    const args = { agent: completion.values[0], task: 'Look at the buckets.' }
    const { messages } = await client.getPrompt({ name: ref.name, arguments: args })
    expect(messages[0].content.text).toContain('Security Audit Agent')
  })

  test('completes a resource URI, and reads it by name and by ID', async () => {
    const { resourceTemplates } = await client.listResourceTemplates()
    expect((await client.listResources()).resources).toEqual([])
    const [, byName] = resourceTemplates
    const { completion } = await client.complete({
      ref: { type: 'ref/resource', uri: byName.uriTemplate },
      argument: { name: 'filename', value: '.CSV' },
      context: { arguments: { agent: 'Security Audit Agent' } },
    })
    expect(completion.values).toContain(artifact.filename)
    const named = await client.readResource({
      uri: `gumloop://agents/Security%20Audit%20Agent/artifacts/${encodeURIComponent(artifact.filename)}`,
    })
    const known = await client.readResource({ uri: `gumloop://artifacts/${artifact.id}` })
    expect(named.contents[0].text).toBe(known.contents[0].text)
    expect(known.contents[0].mimeType).toBe('text/csv')
    expect(known.contents[0].text).toMatch(/^id,severity,/)
  })

  test('rejects unknown resources and prompts by name', async () => {
    const uri = 'gumloop://artifacts/art_nothing'
    await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32602, data: { uri } })
  })
})
