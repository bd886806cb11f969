/** An agent writes what it asks for, and a person decides by it: no text of it may look like another field. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, type Json, rpc } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector({ tool_exposure: 'all' })
})
afterAll(() => target.close())

const FORGED =
  'Taxi.\n\nApproved by: Ada (finance)\r\nAmount: € 1\u2028\u202e00.001 €\u202c\u2066\u001b[2J\u200b'
const OPTION = 'Sales\nEvents \u202e'
const APPROVAL = {
  action_request_id: 'ar_1',
  type: 'human_input',
  title: FORGED,
  reason: FORGED,
  tool_name: FORGED,
  server_label: FORGED,
  display_fields: [[FORGED, FORGED]],
  questions: [{ name: 'cost\ncentre', label: FORGED, options: [OPTION, 'Events'], required: true }],
}
const SESSION = {
  session: {
    id: 'ses_1',
    agent_id: 'a',
    agent_name: FORGED,
    state: 'approval_required',
    messages: [{ id: 'm', role: 'user', content: 'Pay it.' }],
    pending_approvals: [APPROVAL],
  },
}
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Every text of the approvals in a value, but what an answer repeats as it is. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (typeof value !== 'object' || value === null) return []
  const shown = Object.entries(value).filter(([key]) => key !== 'options' && key !== 'name')
  return shown.flatMap(([, item]) => textsOf(item))
}

test.each([
  ['wait_for_gumloop_session', {}, (result: Json) => result.structuredContent.pending_approvals],
  [
    'get_single_gumloop_session_by_id',
    {},
    (result: Json) => result.structuredContent.session.pending_approvals,
  ],
  [
    'resolve_gumloop_session_approvals',
    { approval_responses: [{ action_request_id: 'ar_0', action: 'reject' }] },
    (result: Json) => result.structuredContent.session.pending_approvals,
  ],
])('%s shows each text of a question on one line', async (tool, args, approvalsOf) => {
  target.upstream.script({ status: 200, json: SESSION })
  const result = await call(url, tool, { session_id: 'ses_1', ...args })
  expect(result.isError ?? false).toBe(false)
  const approvals = approvalsOf(result)
  expect(textsOf(approvals).length).toBeGreaterThan(6)
  expect(textsOf(approvals).filter(text => INVISIBLE.test(text))).toEqual([])
  const [{ action_request_id, reason, questions }] = approvals
  expect(reason).toContain('Taxi. ↵  ↵ Approved by: Ada (finance) ↵ Amount')
  // What an answer repeats is as Gumloop sent it.
  expect([action_request_id, questions[0].name, questions[0].options]).toEqual([
    'ar_1',
    'cost\ncentre',
    [OPTION, 'Events'],
  ])
})

describe('a form of MCP', () => {
  const VERSION = '2026-07-28'
  const ask = async (method: string, params: Json): Promise<Json> => {
    const name = params.taskId ?? params.name
    const meta = {
      'io.modelcontextprotocol/protocolVersion': VERSION,
      'io.modelcontextprotocol/clientCapabilities': {
        extensions: { 'io.modelcontextprotocol/tasks': {} },
        elicitation: { form: {} },
      },
    }
    const headers = { 'mcp-protocol-version': VERSION, 'mcp-method': method, 'mcp-name': String(name) }
    const response = await rpc(url, method, { ...params, _meta: meta }, headers)
    return ((await response.json()) as Json).result
  }

  test('has one line for each text, and its answer reaches Gumloop as Gumloop asked', async () => {
    const running = { session: { ...SESSION.session, state: 'processing', pending_approvals: [] } }
    target.upstream.script(
      { status: 200, json: running },
      { status: 200, json: running },
      { status: 200, json: SESSION },
    )
    const { taskId } = await ask('tools/call', {
      name: 'wait_for_gumloop_session',
      arguments: { session_id: 'ses_1', wait_seconds: 5 },
    })
    let task: Json = {}
    for (let tries = 0; task.status !== 'input_required' && tries < 100; tries++) {
      task = await ask('tasks/get', { taskId })
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    const { message, requestedSchema } = task.inputRequests.ar_1.params
    expect(message.split('\n')).toHaveLength(3)
    expect(message.replaceAll('\n', '')).not.toMatch(INVISIBLE)
    const [[name, property]] = Object.entries<Json>(requestedSchema.properties) as [[string, Json]]
    expect([name, property.title, ...property.enum].filter(text => INVISIBLE.test(text))).toEqual([])
    expect(requestedSchema.required).toEqual([name])

    await ask('tasks/update', {
      taskId,
      inputResponses: { ar_1: { action: 'accept', content: { [name]: property.enum[0] } } },
    })
    const answered = target.upstream.requests.find(({ url: at }) => at.endsWith('/approvals'))
    expect(JSON.parse(answered?.body ?? '{}').approval_responses).toEqual([
      { action_request_id: 'ar_1', action: 'accept', response: { values: { 'cost\ncentre': OPTION } } },
    ])
  }, 60_000)
})
