/** The stream host: a session's events come while the agent works. Everything takes a fiftieth of the time. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../sandbox/http/sandbox-server.ts'
import { at, textAt } from './conforming-client.ts'

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await startSandbox({ speed: 50 })
})
afterEach(() => sandbox.close())

const HEADERS = { authorization: 'Bearer key', 'x-auth-key': 'user_test', 'content-type': 'application/json' }

function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(`${sandbox.url}/api/v1${path}`, {
    method,
    headers: { ...HEADERS, accept: 'text/event-stream' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  })
}

type Event = Record<string, unknown>

const parse = (text: string): Event[] =>
  text
    .split('\n\n')
    .filter(part => part !== '')
    .map(part => JSON.parse(part.replace(/^data: /, '')))

async function stream(method: string, path: string, body?: unknown): Promise<Event[]> {
  const response = await send(method, path, body)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  return parse(await response.text())
}

const state = async (id: string) =>
  (await (await fetch(`${sandbox.url}/api/v1/sessions/${id}`, { headers: HEADERS })).json()) as unknown
const textOf = (events: Event[]) =>
  events.flatMap(event => (event.type === 'text-delta' ? [event.delta] : [])).join('')

test('a start streams from the first event to the last, and its text is that of the session', async () => {
  const events = await stream('POST', '/agents/agt_research_desk/sessions', {
    input: 'Bags?',
    session_id: 'ses_s',
    stream: true,
  })
  const types = events.map(event => event.type)
  expect(types.slice(0, 2)).toEqual(['interaction-ready', 'text-start'])
  expect(types.slice(-3)).toEqual(['text-end', 'finish', 'finish'])
  expect(events[0]).toMatchObject({ interaction_id: 'ses_s', stream_cursor: expect.any(String) })
  expect(events.slice(-2)).toEqual([
    { type: 'finish', finishReason: 'stop', final: false, queuedContinuation: false },
    { type: 'finish', finishReason: 'stop', final: true, queuedContinuation: false },
  ])
  const session = await state('ses_s')
  expect(at(session, 'session.state')).toBe('completed')
  expect(textOf(events)).toBe(textAt(session, 'session.messages.1.content'))
})

test('events come while the agent works, the first one at once', async () => {
  const slow = { input: 'Take 100 seconds', session_id: 'ses_slow', stream: true }
  const startedMs = Date.now()
  const response = await send('POST', '/agents/agt_research_desk/sessions', slow)
  const times: number[] = []
  for await (const _ of response.body ?? []) times.push(Date.now() - startedMs)
  expect(times.length).toBeGreaterThan(5)
  expect(times[0]).toBeLessThan(1_000)
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_000)
})

test('a client that was cut off goes on after its cursor; what has ended cannot be followed', async () => {
  const slow = { input: 'Take 250 seconds', session_id: 'ses_cut', stream: true }
  const controller = new AbortController()
  const response = await send('POST', '/agents/agt_research_desk/sessions', slow, controller.signal)
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8')
    if (text.includes('text-delta')) break
  }
  controller.abort()
  const seen = parse(text.slice(0, text.lastIndexOf('\n\n') + 2))
  const cursor = seen.findLast(event => event.stream_cursor !== undefined)?.stream_cursor
  const path = `/sessions/ses_cut?stream=true&last_cursor=${encodeURIComponent(String(cursor))}`
  const rest = await stream('GET', path)
  expect(rest.at(-1)).toMatchObject({ type: 'finish', final: true })
  const session = await state('ses_cut')
  expect(textOf(seen) + textOf(rest)).toBe(textAt(session, 'session.messages.1.content'))
  const over = [{ type: 'finish', finishReason: 'not_resumable', final: true }]
  expect(await stream('GET', path)).toEqual(over)
  expect(await stream('GET', '/sessions/ses_cut?stream=true&last_cursor=xyz')).toEqual(over)
})

test('a follow-up streams its own answer', async () => {
  await stream('POST', '/agents/agt_research_desk/sessions', {
    input: 'Bags?',
    session_id: 'ses_f',
    stream: true,
  })
  const events = await stream('POST', '/sessions/ses_f/messages', { input: 'Wheels?', stream: true })
  expect(textOf(events)).toBe(textAt(await state('ses_f'), 'session.messages.3.content'))
})

test('a pause for approval ends the stream like an end; answers stream what follows', async () => {
  const start = { input: 'Pay', session_id: 'ses_p', stream: true }
  const paused = await stream('POST', '/agents/agt_expense_approver/sessions', start)
  expect(paused.map(event => [event.type, event.finishReason])).toEqual([
    ['interaction-ready', undefined],
    ['finish', 'stop'],
    ['finish', 'stop'],
  ])
  const waiting = await state('ses_p')
  expect(at(waiting, 'session.state')).toBe('approval_required')
  const answer = (i: number, more: Event = {}) => ({
    action_request_id: at(waiting, `session.pending_approvals.${i}.action_request_id`),
    action: 'accept',
    ...more,
  })
  const approval_responses = [answer(0), answer(1, { response: { values: { cost_centre: 'Sales' } } })]
  const events = await stream('POST', '/sessions/ses_p/messages', { stream: true, approval_responses })
  expect(textOf(events)).toMatch(/^Paid € 412\.80/)
  expect(events.at(-1)).toMatchObject({ finishReason: 'stop', final: true })
})

test('a run that fails ends with an error event', async () => {
  const events = await stream('POST', '/agents/agt_broken_pipeline/sessions', { input: 'Book', stream: true })
  expect(events.map(event => event.type).slice(-3)).toEqual(['error', 'finish', 'finish'])
  expect(events.at(-1)).toMatchObject({ finishReason: 'error' })
  expect(textAt(events.at(-3), 'errorMessage')).toContain('ledger.example')
})

test('a client that leaves does not stop the run, and a closed sandbox ends its streams', async () => {
  const start = { input: 'Take 20 seconds', session_id: 'ses_left', stream: true }
  const controller = new AbortController()
  const response = await send('POST', '/agents/agt_research_desk/sessions', start, controller.signal)
  await response.body?.getReader().read()
  controller.abort()
  await expect
    .poll(async () => at(await state('ses_left'), 'session.state'), { timeout: 5_000 })
    .toBe('completed')
  const open = await send('POST', '/agents/agt_research_desk/sessions', {
    input: 'Take 3 hours',
    stream: true,
  })
  const ended = open.text().catch(() => 'cut')
  await sandbox.close()
  expect(await ended).toBe('cut')
})

test('errors come before the stream as usual', async () => {
  const statuses = [
    await send('POST', '/agents/agt_none/sessions', { input: 'x', stream: true }),
    await send('POST', '/agents/agt_research_desk/sessions', { stream: true }),
    await send('GET', '/sessions/ses_none?stream=true&last_cursor=x'),
    await send('POST', '/agents/agt_research_desk/sessions', { input: 'x', session_id: 'ses_q' }),
    await send('POST', '/sessions/ses_q/messages', { input: 'x', delivery: 'queued', stream: true }),
  ].map(response => response.status)
  expect(statuses).toEqual([404, 400, 404, 202, 400])
  expect(sandbox.state.sessions.map(session => session.id)).toEqual(['ses_q'])
})
