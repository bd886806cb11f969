/**
 * Both main stories through the three discovery tools only: a client that knows no tool names searches in its
 * own words, reads the schema of a result, and calls it.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import type { Json } from '../support/mcp-server.ts'
import { untilOver } from '../support/until-over.ts'

const { folder, remove } = temporaryFolder()
let server: Started
beforeAll(async () => {
  server = await startLocalProgram(folder)
})
afterAll(async () => {
  await server.stop()
  remove()
})

/** A connector, created as an administrator does on the running server. */
async function mint(config: Json): Promise<URL> {
  const token = readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim()
  const response = await fetch(`${server.origin}/integrated-account/sandbox/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Discovery', config }),
  })
  const record: Json = await response.json()
  expect([response.status, record.config?.tool_exposure]).toEqual([201, 'discovery'])
  return new URL(record.url)
}

type ToolCaller = (name: string, args: Record<string, unknown>) => Promise<Json>
interface Connected {
  callTool: ToolCaller
  listed: string[]
  close: () => Promise<void>
}

async function connectOld(url: URL): Promise<Connected> {
  const client = new OldClient({ name: 'story', version: '1.0.0' })
  await client.connect(new OldTransport(url))
  const { tools } = await client.listTools()
  return {
    callTool: async (name, args) => client.callTool({ name, arguments: args }),
    listed: tools.map(tool => tool.name),
    close: () => client.close(),
  }
}

async function connectModern(url: URL): Promise<Connected> {
  const client = new ModernClient(
    { name: 'story', version: '2.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  await client.connect(new ModernTransport(url))
  const { tools } = await client.listTools()
  return {
    callTool: async (name, args) => client.callTool({ name, arguments: args }),
    listed: tools.map(tool => tool.name),
    close: () => client.close(),
  }
}

/** Searches, selects the result that the story needs, reads its schema, and returns a function that calls it. */
async function find(callTool: ToolCaller, words: string, wanted: string) {
  const found = await callTool('search_gumloop_tools', { query: words })
  const names: string[] = found.structuredContent.result.map((hit: Json) => hit.name)
  expect(names, `"${words}" finds it`).toContain(wanted)
  const read = await callTool('get_gumloop_tool_schema', { names: [wanted] })
  const [{ input_schema }] = read.structuredContent.result
  return async (args: Record<string, unknown> = {}): Promise<Json> => {
    expect(Object.keys(input_schema.properties)).toEqual(expect.arrayContaining(Object.keys(args)))
    expect(Object.keys(args)).toEqual(expect.arrayContaining(input_schema.required ?? []))
    return callTool('call_gumloop_tool', { name: wanted, arguments: args })
  }
}

function contentOf(result: Json): Json {
  expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
  return result.structuredContent
}

describe.each([
  ['sdk 1.x (2025-11-25)', connectOld],
  ['client 2.x (2026-07-28)', connectModern],
] as const)('%s', (_, connect) => {
  let client: Connected
  beforeAll(async () => {
    client = await connect(await mint({ tool_exposure: 'discovery' }))
  })
  afterAll(() => client.close())

  test('lists the three discovery tools', () => {
    expect([...client.listed].sort()).toEqual([
      'call_gumloop_tool',
      'get_gumloop_tool_schema',
      'search_gumloop_tools',
    ])
  })

  test('audit: runs the agent, waits, downloads its CSV', { timeout: 60_000 }, async () => {
    const { callTool } = client
    const listAgents = await find(callTool, 'find the security audit agent', 'list_all_gumloop_agents')
    const [agent] = contentOf(await listAgents({ search: 'security audit' })).result
    expect(agent.name).toBe('Security Audit Agent')

    const start = await find(callTool, 'kick off an agent with a task', 'create_a_gumloop_session')
    const started = contentOf(await start({ agent_id: agent.id, input: 'Audit our public buckets.' }))
    expect(started).toMatchObject({ session_id: expect.any(String), is_over: false })

    const getSession = await find(callTool, 'is the agent run finished', 'get_single_gumloop_session_by_id')
    const done = await untilOver(async () => contentOf(await getSession({ session_id: started.session_id })))
    expect(done.state).toBe('completed')

    const list = await find(callTool, 'spreadsheet the agent made', 'list_all_gumloop_artifacts')
    const artifacts = contentOf(await list({ session_id: started.session_id })).result
    const csv = artifacts.find((artifact: Json) => artifact.filename.endsWith('.csv'))
    const get = await find(callTool, 'download link of a report', 'get_single_gumloop_artifact_by_id')
    const result = await get({ artifact_id: csv.id })
    expect(result.content[1]).toMatchObject({ type: 'resource_link', mimeType: 'text/csv' })

    const downloaded = await fetch(contentOf(result).download_url)
    const lines = (await downloaded.text()).trim().split(/\r?\n/)
    expect(downloaded.status).toBe(200)
    expect(lines.length).toBeGreaterThan(2)
    expect(lines[0]?.split(',').length).toBeGreaterThan(1)
  })

  test('campaign: finds the flow, reads its inputs, corrects an error, runs it', {
    timeout: 60_000,
  }, async () => {
    const { callTool } = client
    const listFlows = await find(callTool, 'what workflows do we have', 'list_all_gumloop_flows')
    const flows = contentOf(await listFlows()).result
    const flow = flows.find((one: Json) => one.name === 'Q3 Campaign Distributor')
    const read = await find(callTool, 'inputs a flow needs', 'get_single_gumloop_automation_by_id')
    const inputs = contentOf(await read({ saved_item_id: flow.saved_item_id }))
    expect(Object.keys(inputs.input_schema.properties)).toEqual(['campaign_name', 'channel'])

    const start = await find(callTool, 'start a workflow', 'create_a_gumloop_flow_run')
    const saved_item_id = flow.saved_item_id
    const rejected = await start({ saved_item_id, inputs: { campaign: 'Summer Promo' } })
    expect(rejected.isError).toBe(true)
    expect(rejected.content[0].text).toContain('campaign_name')

    const values = { campaign_name: 'Summer Promo', channel: 'Email' }
    const run = contentOf(await start({ saved_item_id, inputs: values }))
    const getRun = await find(
      callTool,
      'state and outputs of a flow run',
      'get_single_gumloop_flow_run_by_id',
    )
    const done = await untilOver(async () => contentOf(await getRun({ run_id: run.run_id })))
    expect(done.state).toBe('DONE')
    expect(JSON.stringify(done.outputs)).toContain('Summer Promo')
  })
})

test('a read-only connector neither finds nor runs tools that start something', async () => {
  const client = await connectOld(await mint({ tool_exposure: 'discovery', methods: ['read'] }))
  const found = await client.callTool('search_gumloop_tools', { query: 'start a workflow', limit: 20 })
  const hits: Json[] = found.structuredContent.result
  expect(hits.length).toBeGreaterThan(0)
  expect(hits.filter(hit => !hit.read_only)).toEqual([])
  const rejected = await client.callTool('call_gumloop_tool', {
    name: 'create_a_gumloop_flow_run',
    arguments: {},
  })
  expect(rejected.structuredContent.error.code).toBe('unknown_tool')
  await client.close()
})
