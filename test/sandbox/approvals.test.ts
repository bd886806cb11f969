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

const getSession = async () => (await sandbox.get(`/sessions/${id}`)).json
const answer = (...approval_responses: unknown[]) =>
  sandbox.post(`/sessions/${id}/approvals`, { approval_responses })

async function askIds(): Promise<[tool: string, form: string]> {
  const requests = listAt(await getSession(), 'session.pending_approvals')
  return [textAt(requests[0], 'action_request_id'), textAt(requests[1], 'action_request_id')]
}

test('the run pauses and requests for a tool approval and for human input', async () => {
  const paused = await getSession()
  expect(at(paused, 'session.state')).toBe('approval_required')
  const requests = listAt(paused, 'session.pending_approvals')
  expect(requests.map(request => [at(request, 'type'), at(request, 'tool_name')])).toEqual([
    ['tool_approval', 'pay_expense'],
    ['human_input', null],
  ])
  expect(at(requests[0], 'display_fields.1')).toEqual(['Amount', '€ 412.80'])
  sandbox.advanceClock(86_400)
  expect(at(await getSession(), 'session.state')).toBe('approval_required')
})

test('continues only when every request is answered', async () => {
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
  const done = await getSession()
  expect([at(done, 'session.state'), at(done, 'session.pending_approvals')]).toEqual(['completed', []])
  const last = listAt(done, 'session.messages').at(-1)
  expect(listAt(last, 'parts').map(part => at(part, 'type'))).toEqual(['tool_invocation', 'text'])
  expect(at(last, 'parts.1.text')).toBe(
    'Paid € 412.80 to Tomasz Wilk, cost center Events. The receipt is filed.',
  )
})

test('a rejection ends the run without a payment and states the reason', async () => {
  const [tool, form] = await askIds()
  await answer(
    { action_request_id: tool, action: 'reject', reason: 'no receipt' },
    { action_request_id: form, action: 'reject' },
  )
  sandbox.advanceClock(2)
  const last = listAt(await getSession(), 'session.messages').at(-1)
  expect(listAt(last, 'parts')).toHaveLength(1)
  expect(at(last, 'parts.0.text')).toContain('rejected (no receipt)')
})

test('rejects invalid answers and stores none of them', async () => {
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
  expect(listAt(await getSession(), 'session.pending_approvals')).toHaveLength(2)
})

test('rejects answers without an open request, and answers sent as a message', async () => {
  const asMessage = await sandbox.post(`/sessions/${id}/messages`, { input: 'ok', approval_responses: [] })
  expect([asMessage.status, at(asMessage.json, 'error.code')]).toEqual([
    400,
    'approvals_require_stream_or_approvals_endpoint',
  ])
  await sandbox.post(`/sessions/${id}/cancel`)
  const late = await answer({ action_request_id: 'ask', action: 'accept' })
  expect([late.status, at(late.json, 'error.code')]).toEqual([409, 'session_not_awaiting_approval'])
})

test('a new message during an approval request starts a new run', async () => {
  const sent = await sandbox.post(`/sessions/${id}/messages`, { input: 'Take the other claim' })
  expect([sent.status, at(sent.json, 'session.state')]).toEqual([202, 'queued'])
  sandbox.advanceClock(3)
  expect(listAt(await getSession(), 'session.pending_approvals')).toHaveLength(2)
})
