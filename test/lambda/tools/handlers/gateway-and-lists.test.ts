import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector()).url
})
afterAll(() => server.close())
beforeEach(() => server.upstream.script({ status: 200, json: {} }))

const sent = () => server.upstream.requests

describe('lists of an MCP server', () => {
  test.each([
    ['list_all_gumloop_mcp_server_tools', 'tools'],
    ['list_all_gumloop_mcp_server_resources', 'resources'],
    ['list_all_gumloop_mcp_server_prompts', 'prompts'],
  ])('%s: distinguishes an app that is not connected from an empty one', async (tool, items) => {
    const gumloop_auth_url = 'https://www.gumloop.com/connect'
    server.upstream.script({
      status: 200,
      json: { [items]: [], status: 'unauthenticated', gumloop_auth_url },
    })
    const { structuredContent } = await call(url, tool, { server_id: 'slack' })
    expect(structuredContent).toEqual({
      result: [],
      next_cursor: null,
      result_count: 0,
      status: 'unauthenticated',
      gumloop_auth_url,
      next_step: expect.stringContaining('gumloop_auth_url'),
    })
  })

  test('resources use the server’s cursor and no page size', async () => {
    server.upstream.script({
      status: 200,
      json: { resources: [{ uri: 'a' }], status: 'connected', next_cursor: 'n2' },
    })
    const { structuredContent } = await call(url, 'list_all_gumloop_mcp_server_resources', {
      server_id: 's',
      next_cursor: 'n1',
    })
    expect(sent()[0]?.url).toMatch(/^\/api\/v1\/mcp\/servers\/s\/resources\?(team_id=\w+&)?cursor=n1$/)
    expect(structuredContent).toEqual({
      result: [{ uri: 'a' }],
      next_cursor: 'n2',
      result_count: 1,
      status: 'connected',
      gumloop_auth_url: null,
    })
  })
})

describe('call_gumloop_mcp_tools', () => {
  const calls = [{ server_id: 's', tool_name: 'a' }]

  test('a 207 reports how many calls failed and what to repeat', async () => {
    const results = [
      { ref: '0', status: 'success', content: [{ type: 'text', text: 'sent' }], error: null },
      { ref: '1', status: 'unauthenticated', content: null, error: { code: 'auth_required' } },
    ]
    server.upstream.script({ status: 207, json: { results } })
    const { structuredContent, isError } = await call(url, 'call_gumloop_mcp_tools', { calls })
    expect(structuredContent).toMatchObject({ succeeded_count: 1, failed_count: 1, results })
    expect(structuredContent.next_step).toMatch(/connect the app.*Fix and repeat only the calls that failed/)
    expect(isError).toBeUndefined()
  })

  test('a 200 with failures only is an error', async () => {
    server.upstream.script({ status: 200, json: { results: [{ ref: '0', status: 'error', content: null }] } })
    const { structuredContent } = await call(url, 'call_gumloop_mcp_tools', { calls })
    expect(structuredContent).toMatchObject({ succeeded_count: 0, failed_count: 1 })
    expect(structuredContent.next_step).toContain('No call succeeded')
  })

  test('extracts images from the text, names other bytes, keeps plain strings', async () => {
    const content = [
      { type: 'image', data: 'aW1n', mimeType: 'image/png' },
      { type: 'audio', data: 'YXVkaW8=', mimeType: 'audio/wav' },
      '{"a":1}',
    ]
    server.upstream.script({ status: 200, json: { results: [{ status: 'success', content }] } })
    const result = await call(url, 'call_gumloop_mcp_tools', { calls })
    expect(result.content[1]).toEqual({ type: 'image', data: 'aW1n', mimeType: 'image/png' })
    expect(result.structuredContent.results[0].content).toEqual([
      { type: 'image', mimeType: 'image/png', data: "[image 1 of this result's content]" },
      { type: 'audio', mimeType: 'audio/wav', data: '[omitted: 8 base64 characters]' },
      '{"a":1}',
    ])
  })
})

describe('list_all_gumloop_flow_runs', () => {
  test.each([
    ['lists', { f1: [{ run_id: 'r1', state: 'DONE' }, 'r2'], f2: [] }, ['f1 r1', 'f1 r2']],
    ['maps', { f1: { r1: { state: 'DONE' } }, f2: { r3: {} } }, ['f1 r1', 'f2 r3']],
    ['single runs', { f1: { run_id: 'r1', state: 'DONE' } }, ['f1 r1']],
    ['ids as numbers', { f1: [5] }, ['f1 5']],
    ['nonsense', { f1: true, f2: null }, []],
  ])('%s become one page of runs with their flow', async (_, json, expected) => {
    server.upstream.script({ status: 200, json })
    const { structuredContent } = await call(url, 'list_all_gumloop_flow_runs', { workbook_id: 'w' })
    const found = structuredContent.result.map((run: { saved_item_id: string; run_id: string }) =>
      [run.saved_item_id, run.run_id].join(' '),
    )
    expect(found).toEqual(expected)
    expect(structuredContent).toMatchObject({ next_cursor: null, result_count: expected.length })
  })

  test('rejects a call without flow and workbook before any request is sent', async () => {
    const result = await call(url, 'list_all_gumloop_flow_runs', {})
    expect(result.structuredContent.error).toMatchObject({ code: 'invalid_arguments' })
    expect(sent()).toEqual([])
  })
})

describe('deletions and settings', () => {
  test('reports what was deleted on an empty 204', async () => {
    server.upstream.script({ status: 204 })
    const { structuredContent } = await call(url, 'delete_a_gumloop_organization_evaluation_by_id', {
      id: 'e1',
    })
    expect(structuredContent).toEqual({ deleted: true, evaluation_id: 'e1' })
    expect(sent()[0]).toMatchObject({ method: 'DELETE', url: '/api/v1/evaluations/e1', body: '' })
  })

  test('sends the settings of an attached server as the body', async () => {
    server.upstream.script({ status: 200, json: { agent_id: 'a1', created: true, auth_status: null } })
    const { structuredContent } = await call(url, 'attach_a_gumloop_agent_mcp_server', {
      agent_id: 'a1',
      server_id: 's',
      config: { allowed_tools: ['x'] },
    })
    expect(JSON.parse(sent()[0]?.body ?? '')).toEqual({ allowed_tools: ['x'] })
    expect(structuredContent).toEqual({ agent_id: 'a1', created: true, auth_status: null })
  })

  test('describes a canceled session like any other', async () => {
    server.upstream.script({ status: 200, json: { session: { id: 's1', agent_id: 'a', state: 'failed' } } })
    const { structuredContent } = await call(url, 'cancel_a_gumloop_session', { session_id: 's1' })
    expect(structuredContent).toMatchObject({ session_id: 's1', state: 'failed', is_over: true })
    expect(sent()[0]).toMatchObject({ method: 'POST', url: '/api/v1/sessions/s1/cancel', body: '' })
  })
})
