import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
  await sandbox.post('/agents/agt_research_desk/sessions', { input: 'Bags?', session_id: 'ses_busy' })
})
afterEach(() => sandbox.close())

const send = (input: string, key?: string, more: Record<string, unknown> = {}, headers = {}) =>
  sandbox.call(
    'POST',
    '/sessions/ses_busy/messages',
    { input, delivery: 'queued', ...more },
    { ...(key === undefined ? {} : { 'idempotency-key': key }), ...headers },
  )

async function inputs(): Promise<unknown[]> {
  const { json } = await sandbox.get('/sessions/ses_busy')
  return listAt(json, 'session.messages').flatMap(m => (at(m, 'role') === 'user' ? [at(m, 'content')] : []))
}

test('a queued message is delivered exactly once, however often it is sent', async () => {
  const receipts = [await send('And wheels?', 'key-1'), await send('And wheels?', 'key-1')]
  expect(receipts.map(reply => reply.status)).toEqual([202, 202])
  expect(receipts[0]?.json).toEqual({
    message_id: textAt(receipts[1]?.json, 'message_id'),
    status: 'accepted',
  })
  expect(await inputs()).toEqual(['Bags?'])
  sandbox.advanceClock(30)
  expect(await inputs()).toEqual(['Bags?', 'And wheels?'])
  const late = await send('And wheels?', 'key-1')
  expect(at(late.json, 'message_id')).toBe(at(receipts[0]?.json, 'message_id'))
  sandbox.advanceClock(30)
  expect(await inputs()).toEqual(['Bags?', 'And wheels?'])
})

test('the same key with another text is refused; another sender has keys of its own', async () => {
  await send('And wheels?', 'key-1')
  const conflict = await send('And handles?', 'key-1')
  expect([conflict.status, at(conflict.json, 'error.code')]).toEqual([409, 'idempotency_conflict'])
  const other = await send('And handles?', 'key-1', {}, { 'x-auth-key': 'user_other' })
  expect(other.status).toBe(202)
})

test('deleting the queued message frees its key', async () => {
  const receipt = await send('And wheels?', 'key-1')
  const id = textAt(receipt.json, 'message_id')
  await sandbox.call('DELETE', `/sessions/ses_busy/queue/${id}`)
  const again = await send('And handles?', 'key-1')
  expect([again.status, at(again.json, 'message_id') === id]).toEqual([202, false])
})

test('without a key each message counts', async () => {
  await send('And wheels?')
  await send('And wheels?')
  sandbox.advanceClock(60)
  expect(await inputs()).toEqual(['Bags?', 'And wheels?', 'And wheels?'])
})

test('a message that is sent now keeps its key', async () => {
  const receipt = await send('And wheels?', 'key-1')
  await sandbox.post(`/sessions/ses_busy/queue/${textAt(receipt.json, 'message_id')}/send`)
  expect((await send('And wheels?', 'key-1')).json).toEqual(receipt.json)
  expect(await inputs()).toEqual(['Bags?', 'And wheels?'])
})

test('takes text only, and a key of visible characters', async () => {
  const statuses = [
    await send('Look', 'key-1', { attachments: [] }),
    await send('Look', 'key 1'),
    await send('Look', 'k'.repeat(257)),
    await send(' '),
    await send('Look', undefined, { delivery: 'later' }),
  ].map(reply => reply.status)
  expect(statuses).toEqual([400, 400, 400, 400, 400])
})
