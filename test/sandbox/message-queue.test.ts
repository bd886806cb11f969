import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
let id: string
beforeEach(async () => {
  sandbox = await startTestSandbox()
  const started = await sandbox.post('/agents/gumball/sessions', { input: 'One' })
  id = textAt(started.json, 'session.id')
})
afterEach(() => sandbox.close())

const queue = async (input: string) => (await sandbox.post(`/sessions/${id}/queue`, { input })).json
const waiting = async () =>
  listAt((await sandbox.get(`/sessions/${id}/queue`)).json, 'queue').map(m => [
    at(m, 'input'),
    at(m, 'position'),
  ])
const said = async () =>
  listAt((await sandbox.get(`/sessions/${id}`)).json, 'session.messages')
    .filter(message => at(message, 'role') === 'user')
    .map(message => [at(message, 'content'), at(message, 'created_at')])

test('runs queued messages one after another', async () => {
  await queue('Two')
  await queue('Three')
  expect(await waiting()).toEqual([
    ['Two', 1],
    ['Three', 2],
  ])
  sandbox.advanceClock(3)
  expect(await waiting()).toEqual([['Three', 1]])
  sandbox.advanceClock(60)
  expect(await waiting()).toEqual([])
  expect(await said()).toEqual([
    ['One', '2026-11-22T15:00:00Z'],
    ['Two', '2026-11-22T15:00:02Z'],
    ['Three', '2026-11-22T15:00:04Z'],
  ])
})

test('queued messages can be edited and deleted until they are sent', async () => {
  const two = textAt(await queue('Two'), 'queued_message.id')
  const three = textAt(await queue('Three'), 'queued_message.id')
  const edited = await sandbox.call('PATCH', `/sessions/${id}/queue/${two}`, { input: 'Two and a half' })
  expect([at(edited.json, 'queued_message.input'), listAt(edited.json, 'queue').length]).toEqual([
    'Two and a half',
    2,
  ])
  const removed = await sandbox.call('DELETE', `/sessions/${id}/queue/${three}`)
  expect(listAt(removed.json, 'queue').map(m => at(m, 'input'))).toEqual(['Two and a half'])
  sandbox.advanceClock(3)
  const late = await sandbox.call('PATCH', `/sessions/${id}/queue/${two}`, { input: 'Too late' })
  expect(late.status).toBe(404)
})

test('sending a queued message cancels the current run', async () => {
  await queue('Two')
  const three = textAt(await queue('Three'), 'queued_message.id')
  const sent = await sandbox.post(`/sessions/${id}/queue/${three}/send`)
  expect([sent.status, at(sent.json, 'session.state')]).toEqual([202, 'queued'])
  expect((await said()).map(([text]) => text)).toEqual(['One', 'Three'])
  sandbox.advanceClock(60)
  expect((await said()).map(([text]) => text)).toEqual(['One', 'Three', 'Two'])
})

test('the queue holds twenty messages and pauses after a cancellation', async () => {
  for (let i = 1; i <= 20; i += 1) await queue(`Message ${i}`)
  const full = await sandbox.post(`/sessions/${id}/queue`, { input: 'One too many' })
  expect([full.status, at(full.json, 'error.code')]).toEqual([409, 'queue_full'])
  await sandbox.post(`/sessions/${id}/cancel`)
  sandbox.advanceClock(60)
  expect(await waiting()).toHaveLength(20)
})
