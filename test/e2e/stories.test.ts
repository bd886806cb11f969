/** Both main stories, by real MCP clients over HTTP against the local server. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { type AnyClient, MCP_CLIENTS } from '../support/mcp-clients.ts'
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

describe.each(MCP_CLIENTS)('%s', (name, connect) => {
  let client: AnyClient
  const call = async (tool: string, args: Record<string, unknown> = {}): Promise<Json> =>
    client.callTool({ name: tool, arguments: args })
  const ok = async (tool: string, args: Record<string, unknown> = {}): Promise<Json> => {
    const result = await call(tool, args)
    expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
    return result.structuredContent
  }
  beforeAll(async () => {
    client = await connect(new URL(server.connectorUrl ?? ''))
  })
  afterAll(() => client.close())

  test('lists the ten main tools', async () => {
    const { tools } = await client.listTools()
    expect(tools.map(tool => tool.name)).toEqual(
      expect.arrayContaining([
        'list_all_gumloop_agents',
        'create_a_gumloop_session',
        'get_single_gumloop_session_by_id',
        'list_all_gumloop_flows',
        'get_single_gumloop_automation_by_id',
        'create_a_gumloop_flow_run',
        'get_single_gumloop_flow_run_by_id',
        'list_all_gumloop_artifacts',
        'get_single_gumloop_artifact_by_id',
        'create_a_gumloop_chat_completion',
      ]),
    )
  })

  test('audit: runs the agent, waits, downloads its CSV', { timeout: 60_000 }, async () => {
    const agents = await ok('list_all_gumloop_agents', { search: 'security audit' })
    const [agent] = agents.result
    expect(agent.name).toBe('Security Audit Agent')

    const started = await ok('create_a_gumloop_session', {
      agent_id: agent.id,
      input: `Audit our public buckets, for ${name}.`,
    })
    expect(started.session_id).toMatch(/\w+/)
    expect(['queued', 'processing']).toContain(started.state)
    expect(started.is_over).toBe(false)

    const states = new Set<string>()
    const run = await untilOver(async () => {
      const current = await ok('get_single_gumloop_session_by_id', { session_id: started.session_id })
      states.add(current.state)
      return current
    })
    expect(run.state).toBe('completed')
    expect(states.size).toBeGreaterThan(1)
    expect(run.answer).toMatch(/\w+/)

    const artifacts = await ok('list_all_gumloop_artifacts', { session_id: started.session_id })
    const csv = artifacts.result.find((artifact: Json) => artifact.filename.endsWith('.csv'))
    const link = await ok('get_single_gumloop_artifact_by_id', { artifact_id: csv.id })
    expect(link.media_type).toBe('text/csv')
    expect(Date.parse(link.url_expires_at)).toBeGreaterThan(Date.now())

    const downloaded = await fetch(link.download_url)
    const text = await downloaded.text()
    expect([downloaded.status, text.length]).toEqual([200, link.size])
    const rows = parseCsv(text)
    expect(rows.length).toBeGreaterThan(2)
    expect(new Set(rows.map(row => row.length)).size).toBe(1)
  })

  test('campaign: finds the flow, reads its inputs, corrects an error, runs it', {
    timeout: 60_000,
  }, async () => {
    const flows = await ok('list_all_gumloop_flows')
    const flow = flows.result.find((one: Json) => one.name === 'Q3 Campaign Distributor')
    const inputs = await ok('get_single_gumloop_automation_by_id', { saved_item_id: flow.saved_item_id })
    const [campaign, channel] = Object.keys(inputs.input_schema.properties)
    expect([campaign, channel]).toEqual(['campaign_name', 'channel'])

    const rejected = await call('create_a_gumloop_flow_run', {
      saved_item_id: flow.saved_item_id,
      inputs: { campaign: 'Summer Promo' },
    })
    expect(rejected.isError).toBe(true)
    expect(rejected.content[0].text).toContain('campaign_name')

    const { run_id } = await ok('create_a_gumloop_flow_run', {
      saved_item_id: flow.saved_item_id,
      inputs: { campaign_name: 'Summer Promo', channel: 'Email' },
    })
    const run = await untilOver(() => ok('get_single_gumloop_flow_run_by_id', { run_id }))
    expect(run.state).toBe('DONE')
    expect(JSON.stringify(run.outputs)).toContain('Summer Promo')
    expect(run.log.join('')).not.toContain('\u001b')
  })
})

/** RFC 4180: quoted fields may contain commas, quotes and line breaks. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end !== ',') rows.push([])
  }
  return rows.filter(row => row.some(field => field !== ''))
}
