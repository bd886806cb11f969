import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
let id: string
beforeEach(async () => {
  sandbox = await startTestSandbox()
  const started = await sandbox.post('/agents/agt_expense_approver/sessions', {
    input: 'Check the claim of Tomasz',
  })
  id = textAt(started.json, 'session.id')
  sandbox.advanceClock(3)
})
afterEach(() => sandbox.close())

const look = async () => (await sandbox.get(`/sessions/${id}`)).json
const answer = (...approval_responses: unknown[]) =>
  sandbox.post(`/sessions/${id}/approvals`, { approval_responses })

async function askIds(): Promise<[tool: string, form: string]> {
  const asks = listAt(await look(), 'session.pending_approvals')
  return [textAt(asks[0], 'action_request_id'), textAt(asks[1], 'action_request_id')]
}

test('the run stops and asks: for a tool, and for an answer', async () => {
  const asking = await look()
  expect(at(asking, 'session.state')).toBe('approval_required')
  const asks = listAt(asking, 'session.pending_approvals')
  expect(asks.map(ask => [at(ask, 'type'), at(ask, 'tool_name')])).toEqual([
    ['tool_approval', 'pay_expense'],
    ['human_input', null],
  ])
  expect(at(asks[0], 'display_fields.1')).toEqual(['Amount', '€ 412.80'])
  sandbox.advanceClock(86_400)
  expect(at(await look(), 'session.state')).toBe('approval_required')
})

test('it goes on when all is answered, and not before', async () => {
  const [tool, form] = await askIds()
  const first = await answer({ action_request_id: tool, action: 'accept' })
  expect([
    at(first.json, 'session.state'),
    at(first.json, 'results'),
    at(first.json, 'stream_cursor'),
  ]).toEqual([
    'approval_required',
    [{ action_request_id: tool, action: 'accept', outcome: 'accepted' }],
    null,
  ])
  sandbox.advanceClock(60)
  const second = await answer(
    { action_request_id: tool, action: 'accept' },
    { action_request_id: form, action: 'accept', response: { values: { cost_centre: 'Events' } } },
  )
  expect(listAt(second.json, 'results').map(result => at(result, 'outcome'))).toEqual([
    'already_accepted',
    'accepted',
  ])
  expect(at(second.json, 'session.state')).toBe('processing')
  sandbox.advanceClock(2)
  const done = await look()
  expect([at(done, 'session.state'), at(done, 'session.pending_approvals')]).toEqual(['completed', []])
  const last = listAt(done, 'session.messages').at(-1)
  expect(listAt(last, 'parts').map(part => at(part, 'type'))).toEqual(['tool_invocation', 'text'])
  expect(at(last, 'parts.1.text')).toBe(
    'Paid € 412.80 to Tomasz Wilk, cost centre Events. The receipt is filed.',
  )
})

test('a rejection with its reason ends without a payment', async () => {
  const [tool, form] = await askIds()
  await answer(
    { action_request_id: tool, action: 'reject', reason: 'no receipt' },
    { action_request_id: form, action: 'reject' },
  )
  sandbox.advanceClock(2)
  const last = listAt(await look(), 'session.messages').at(-1)
  expect(listAt(last, 'parts')).toHaveLength(1)
  expect(at(last, 'parts.0.text')).toContain('turned down (no receipt)')
})

test('wrong answers are refused, and none of them counts', async () => {
  const [tool, form] = await askIds()
  const codes = [
    await answer({ action_request_id: 'ask_unknown', action: 'accept' }),
    await answer({ action_request_id: tool, action: 'maybe' }),
    await answer(
      { action_request_id: tool, action: 'accept' },
      { action_request_id: tool, action: 'accept' },
    ),
    await answer({
      action_request_id: form,
      action: 'accept',
      response: { values: { cost_centre: 'Mars' } },
    }),
    await answer(),
    await answer({ action_request_id: tool, action: 'accept', reason: 'x'.repeat(1_001) }),
  ].map(reply => [reply.status, at(reply.json, 'error.code'), at(reply.json, 'error.param')])
  expect(codes).toEqual([
    [400, 'invalid_request', 'approval_responses[0].action_request_id'],
    [400, 'invalid_request', 'approval_responses[0].action'],
    [400, 'invalid_request', 'approval_responses'],
    [400, 'invalid_human_input_option', 'approval_responses[0].response.values.cost_centre'],
    [400, 'invalid_request', 'approval_responses'],
    [400, 'invalid_request', 'approval_responses[0].reason'],
  ])
  expect(listAt(await look(), 'session.pending_approvals')).toHaveLength(2)
})

test('answers are refused where nothing is asked, and as a message', async () => {
  const asMessage = await sandbox.post(`/sessions/${id}/messages`, { input: 'ok', approval_responses: [] })
  expect([asMessage.status, at(asMessage.json, 'error.code')]).toEqual([
    400,
    'approvals_require_stream_or_approvals_endpoint',
  ])
  await sandbox.post(`/sessions/${id}/cancel`)
  const late = await answer({ action_request_id: 'ask', action: 'accept' })
  expect([late.status, at(late.json, 'error.code')]).toEqual([409, 'session_not_awaiting_approval'])
})

test('a new message while it asks starts over', async () => {
  const sent = await sandbox.post(`/sessions/${id}/messages`, { input: 'Take the other claim' })
  expect([sent.status, at(sent.json, 'session.state')]).toEqual([202, 'queued'])
  sandbox.advanceClock(3)
  expect(listAt(await look(), 'session.pending_approvals')).toHaveLength(2)
})
