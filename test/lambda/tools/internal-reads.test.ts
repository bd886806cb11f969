/**
 * Every operation that our own code uses passes the connector's rules: over a connector that may call one tool alone,
 * that tool sends nothing that it does not stand for, except to observe a run; and of a run it then shows id and state.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool, toolIndex } from '../../../lambda/catalog/catalog.ts'
import { isDiscoveryTool } from '../../../lambda/catalog/tool-filter.ts'
import { call, type Json, startTestServer, type TestServer } from '../../support/mcp-server.ts'

const SECRET = 'text that only a reader may see'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const SESSION = {
  session: {
    id: 's1',
    agent_id: 'a1',
    agent_name: SECRET,
    state: 'completed',
    created_at: '2099-01-01T00:00:00Z',
    messages: [
      { id: 'm1', role: 'user', content: 'Hello' },
      { id: 'm2', role: 'assistant', content: SECRET },
    ],
    pending_approvals: [{ action_request_id: 'q1', title: SECRET }],
  },
}
const FLOW_RUN = { run_id: 'r1', state: 'DONE', outputs: { text: SECRET }, log: [SECRET] }
const ARTIFACTS = { artifacts: [{ id: 'f1', filename: SECRET }] }
const INPUTS = { inputs: [{ name: SECRET, data_type: 'string', description: SECRET }] }

/** Reads answer with the secret text; starts with an id alone. */
function gumloop(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '').split('?')[0] ?? ''
  const json =
    request.method !== 'GET'
      ? { run_id: 'r1', session: { id: 's1', agent_id: 'a1', state: 'processing', messages: [] } }
      : path.includes('/sessions/')
        ? SESSION
        : path.endsWith('/get_pl_run')
          ? FLOW_RUN
          : path.endsWith('/artifacts')
            ? ARTIFACTS
            : INPUTS
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(json))
}

/** `GET /sessions/…`, of a request that was sent. */
const sent = () => server.upstream.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`)

async function callAlone(tool: string, args: Json, allowed: string[] = [tool]): Promise<Json> {
  const { url } = await server.connector({ methods: allowed })
  server.upstream.script(gumloop)
  return call(url, tool, args)
}

describe('a connector that may only start', () => {
  test('learns id and state of the session that it waits for', async () => {
    const tool = 'create_a_gumloop_session'
    const result = await callAlone(tool, { agent_id: 'a1', input: 'Hello', wait_seconds: 5 })
    expect(result.structuredContent).toMatchObject({ session_id: 's1', state: 'completed', is_over: true })
    expect(JSON.stringify(result)).not.toContain(SECRET)
  })

  test('learns id and state of the flow run that it waits for, and no inputs of the flow', async () => {
    const args = { saved_item_id: 'i1', inputs: { other: 'x' }, wait_seconds: 5 }
    const result = await callAlone('create_a_gumloop_flow_run', args)
    expect(result.structuredContent).toMatchObject({ run_id: 'r1', state: 'DONE', is_over: true })
    expect(JSON.stringify(result)).not.toContain(SECRET)
    expect(sent().filter(request => request.endsWith('/inputs'))).toEqual([])
  })

  test('learns id and state of a session that it sends a message to', async () => {
    const args = { session_id: 's1', input: 'Hello', wait_seconds: 5 }
    const result = await callAlone('create_a_gumloop_session_message', args)
    expect(result.structuredContent).toMatchObject({ session_id: 's1', state: 'completed' })
    expect(JSON.stringify(result)).not.toContain(SECRET)
  })
})

test('a connector that may read sees all of it (the texts above are there to be seen)', async () => {
  const all = ['create_a_gumloop_session', 'get_single_gumloop_session_by_id', 'list_all_gumloop_artifacts']
  const args = { agent_id: 'a1', input: 'Hello', wait_seconds: 5 }
  const { structuredContent } = await callAlone('create_a_gumloop_session', args, all)
  expect(structuredContent.answer).toBe(SECRET)
  expect(structuredContent.artifacts[0].filename).toBe(SECRET)
})

test('a connector that may wait for sessions sees their answers, and no artifacts that it may not list', async () => {
  const { structuredContent } = await callAlone('wait_for_gumloop_session', { session_id: 's1' })
  expect(structuredContent).toMatchObject({ answer: SECRET, artifacts: null })
  expect(structuredContent.shortened).toEqual([expect.stringContaining('does not allow')])
})

test('a connector that may list artifacts looks no run up to find its agent', async () => {
  const result = await callAlone('list_all_gumloop_artifacts', { session_id: 's1' })
  expect(result.structuredContent.error).toMatchObject({ code: 'invalid_arguments' })
  expect(sent()).toEqual([])
})

const senders = new Set<string>()
/** What a tool may send beside its own operation. */
const OBSERVES = /^GET \/api\/v1\/(sessions\/[^/]+|get_pl_run|agents\/[^/]+\/artifacts)$/
const READS_FOR: Record<string, string> = { read_gumloop_artifact: 'get_single_gumloop_artifact_by_id' }

test.each(
  toolIndex()
    .map(({ name }) => name)
    .filter(name => !isDiscoveryTool(name)),
)('%s sends its own operation, or observes a run, and nothing else', async name => {
  const tool = findTool(name)
  const { properties = {} } = tool?.definition.inputSchema ?? {}
  const required: string[] = Array.isArray(tool?.definition.inputSchema.required)
    ? tool.definition.inputSchema.required
    : []
  const args = Object.fromEntries(
    [...required, ...['wait_seconds', 'session_id'].filter(field => field in properties)].map(field => [
      field,
      fc.sample(sampleOf(properties[field]), { numRuns: 1, seed: 1 })[0],
    ]),
  )
  await callAlone(name, args)
  if (sent().length > 0) senders.add(name)
  const own = findTool(READS_FOR[name] ?? name)?.plan
  const ownPath = new RegExp(`/${(own?.path ?? '').replace(/^\//, '').replace(/\{[^}]+\}/g, '[^/]+')}$`)
  const others = sent().filter(request => own === undefined || !ownPath.test(request))
  expect(others.filter(request => !OBSERVES.test(request))).toEqual([])
})

test('most tools were seen to send something', () => {
  expect(senders.size).toBeGreaterThan(60)
})

/** Some value that the schema takes. */
function sampleOf(schema: Json): fc.Arbitrary<unknown> {
  if (Array.isArray(schema?.enum)) return fc.constant(schema.enum[0])
  switch (Array.isArray(schema?.type) ? schema.type[0] : schema?.type) {
    case 'integer':
    case 'number':
      return fc.constant(schema.minimum ?? 1)
    case 'boolean':
      return fc.constant(true)
    case 'array':
      return fc.constant([])
    case 'object':
      return fc.constant({})
    default:
      return fc.constant('x1')
  }
}
