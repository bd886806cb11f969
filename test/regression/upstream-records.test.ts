/** Answers of Gumloop's that are errors, or of another shape than documented: never a success, an empty list or a run without end. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, type Json } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
beforeAll(async () => {
  // East of Greenwich a time without a zone lies in the past when it is read as local time.
  target = await startTarget({ TZ: 'Asia/Tokyo' })
  url = await target.connector({ tool_exposure: 'all' })
})
afterAll(() => target.close())
beforeEach(() => target.upstream.script({ status: 200, json: {} }))

const ok = (json: unknown) => ({ status: 200, json })
const NO_INPUTS = ok({ inputs: [] })
const START = 'create_a_gumloop_flow_run'
const textOf = (result: Json): string => result.content[0].text
let turn = 0
/** Another call each time, so that none is taken for the repetition of an earlier one. */
const newFlow = () => ({ saved_item_id: `flow_${turn++}` })

describe('a success that holds an error', () => {
  const errors: [string, unknown][] = [
    ['a text', { error: 'Flow is archived' }],
    ['an object', { error: { code: 'archived', message: 'Flow is archived' } }],
    ['a list', { errors: [{ message: 'Flow is archived' }] }],
    ['success: false', { success: false, message: 'Flow is archived' }],
    ['a problem', { title: 'Not possible', detail: 'Flow is archived', status: 422 }],
  ]

  test.each(errors)('is no accepted start of a flow: %s', async (_, body) => {
    target.upstream.script(NO_INPUTS, ok(body))
    const result = await call(url, START, newFlow())
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('Flow is archived')
    expect(textOf(result)).not.toContain('accepted')
  })

  test.each(errors)('is no started session: %s', async (_, body) => {
    target.upstream.script(ok(body))
    const result = await call(url, 'create_a_gumloop_session', { agent_id: 'a', input: `x${turn++}` })
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('Flow is archived')
  })

  test.each(['list_all_gumloop_agents', 'list_all_gumloop_flows', 'list_all_gumloop_teams'])(
    'is no empty list: %s',
    async tool => {
      target.upstream.script(ok({ error: 'The index is being rebuilt' }))
      const result = await call(url, tool)
      expect(result.isError).toBe(true)
      expect(textOf(result)).toContain('The index is being rebuilt')
    },
  )

  test.each([
    ['get_single_gumloop_session_by_id', { session_id: 's' }],
    ['wait_for_gumloop_session', { session_id: 's', wait_seconds: 1 }],
    ['get_single_gumloop_flow_run_by_id', { run_id: 'r' }],
    ['wait_for_gumloop_flow_run', { run_id: 'r', wait_seconds: 1 }],
  ])('is no run that goes on for ever: %s', async (tool, args) => {
    target.upstream.script(ok({ error: 'No such thing' }))
    const result = await call(url, tool, args)
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('No such thing')
  })

  test('beside a record is part of the record (control)', async () => {
    target.upstream.script(ok({ run_id: 'r', state: 'FAILED', outputs: {}, log: [], error: 'Node 3 failed' }))
    const result = await call(url, 'get_single_gumloop_flow_run_by_id', { run_id: 'r' })
    expect(result.structuredContent).toMatchObject({ state: 'FAILED', error: 'Node 3 failed' })
  })
})

describe('another shape than documented', () => {
  test.each([
    ['a bare array', [{ id: 'a' }]],
    ['another key', { items: [{ id: 'a' }] }],
    ['a text', 'busy'],
    ['an object in place of the list', { agents: { id: 'a' } }],
  ])('is no empty list: %s', async (_, body) => {
    target.upstream.script(ok(body))
    const result = await call(url, 'list_all_gumloop_agents')
    expect(result.structuredContent.error.code).toBe('upstream_invalid')
  })

  test('a numeric next_cursor is no last page', async () => {
    target.upstream.script(ok({ agents: [{ id: 'a' }], next_cursor: 20 }))
    const result = await call(url, 'list_all_gumloop_agents', { limit: 1 })
    expect(result.structuredContent.next_cursor).toBe('20')
  })

  test.each([
    ['an empty object', {}],
    ['another key', { job: 'j1' }],
    ['a text', 'ok'],
    ['a list', []],
  ])('is no accepted start: %s', async (_, body) => {
    target.upstream.script(NO_INPUTS, ok(body))
    const result = await call(url, START, newFlow())
    expect(result.structuredContent.error).toMatchObject({
      code: 'upstream_invalid',
      may_have_taken_effect: true,
    })
  })

  test('an empty body is an accepted start without an id (control)', async () => {
    target.upstream.script(NO_INPUTS, { status: 204 })
    const result = await call(url, START, newFlow())
    expect(result.structuredContent).toMatchObject({ accepted: true, run_id: null })
  })

  test.each([
    ['a list', []],
    ['a text', 'x'],
    ['null', null],
  ])('is no agent: %s', async (_, body) => {
    target.upstream.script(ok(body))
    const result = await call(url, 'get_single_gumloop_agent_by_id', { agent_id: 'a' })
    expect(result.structuredContent.error.code).toBe('upstream_invalid')
  })

  test('is no call of which every one succeeded', async () => {
    target.upstream.script(ok({ queued: true }))
    const result = await call(url, 'call_gumloop_mcp_tools', {
      calls: [{ server_id: 's', tool_name: 't', arguments: {} }],
    })
    expect(result.isError).toBe(true)
  })
})

describe('the end of a run', () => {
  test.each([
    ['completed', null],
    ['COMPLETED', null],
    ['Succeeded', null],
    ['canceled', null],
    ['timed_out', null],
    ['expired', null],
    ['error', null],
    ['SOME_NEW_STATE', '2026-11-28T09:00:00Z'],
    ['', '2026-11-28 09:00:00'],
  ])('of a flow is noticed: %s, finished %s', async (state, finished_ts) => {
    target.upstream.script(ok({ state, finished_ts, outputs: { a: 1 }, log: [] }))
    const got = await call(url, 'get_single_gumloop_flow_run_by_id', { run_id: 'r' })
    expect(got.structuredContent.is_over).toBe(true)
    const waited = await call(url, 'wait_for_gumloop_flow_run', { run_id: `r${turn++}`, wait_seconds: 1 })
    expect(waited.structuredContent).toMatchObject({ is_over: true, outputs: { a: 1 } })
  })

  test.each(['Completed', 'canceled', 'timed_out', 'expired', 'error', 'DONE'])(
    'of a session is noticed: %s',
    async state => {
      target.upstream.script(ok({ session: { id: 's', state, messages: [] } }))
      const got = await call(url, 'get_single_gumloop_session_by_id', { session_id: 's' })
      expect(got.structuredContent.is_over).toBe(true)
      const waited = await call(url, 'wait_for_gumloop_session', {
        session_id: `s${turn++}`,
        wait_seconds: 1,
      })
      expect(waited.structuredContent.is_over).toBe(true)
    },
  )

  test.each([
    ['a state that nobody knows', { state: 'SOME_NEW_STATE', finished_ts: null }],
    ['the year one', { state: 'SOME_NEW_STATE', finished_ts: '0001-01-01T00:00:00Z' }],
  ])('is not %s (control)', async (_, record) => {
    target.upstream.script(ok({ ...record, outputs: {}, log: [] }))
    const got = await call(url, 'get_single_gumloop_flow_run_by_id', { run_id: 'r' })
    expect(got.structuredContent.is_over).toBe(false)
  })

  test('of a session without its envelope is noticed', async () => {
    target.upstream.script(
      ok({ id: 's', state: 'completed', messages: [{ role: 'assistant', content: 'Hi' }] }),
    )
    const got = await call(url, 'get_single_gumloop_session_by_id', { session_id: 's' })
    expect(got.structuredContent).toMatchObject({ is_over: true, answer: 'Hi', session: { id: 's' } })
  })

  test.each([
    ['a list', ['x', 'y']],
    ['a text', 'the text'],
  ])('brings outputs that are %s', async (_, outputs) => {
    target.upstream.script(ok({ state: 'DONE', outputs, log: [] }))
    const waited = await call(url, 'wait_for_gumloop_flow_run', { run_id: `r${turn++}`, wait_seconds: 1 })
    expect(waited.structuredContent.outputs).toEqual(outputs)
  })

  test('is noticed in time where the times have no zone', { timeout: 30_000 }, async () => {
    const now = new Date().toISOString().slice(0, 19)
    const running = ok({ state: 'RUNNING', created_ts: now, finished_ts: null, outputs: {}, log: [] })
    target.upstream.script(running, running, ok({ state: 'DONE', created_ts: now, outputs: {}, log: [] }))
    const waited = await call(url, 'wait_for_gumloop_flow_run', { run_id: `r${turn++}`, wait_seconds: 10 })
    expect(waited.structuredContent.is_over).toBe(true)
  })
})

describe('our own fields', () => {
  test('win over those of a started flow', async () => {
    target.upstream.script(NO_INPUTS, ok({ run_id: 42, state: { name: 'x' }, is_over: 'no', next_step: 7 }))
    const result = await call(url, START, newFlow())
    expect(result.structuredContent).toMatchObject({
      accepted: true,
      run_id: '42',
      state: null,
      is_over: false,
    })
    expect(result.structuredContent.next_step).toContain('42')
  })

  test('win over those of a session', async () => {
    target.upstream.script(
      ok({ session: { id: 7, state: 'processing' }, state: 5, session_id: 9, is_over: 1 }),
    )
    const result = await call(url, 'get_single_gumloop_session_by_id', { session_id: '7' })
    expect(result.structuredContent).toMatchObject({ session_id: '7', state: 'processing', is_over: false })
  })

  test('win over those of a deletion', async () => {
    target.upstream.script(ok({ deleted: true, source_id: 12 }))
    const result = await call(url, 'delete_a_gumloop_brain_source_by_id', { source_id: 's' })
    expect(result.structuredContent).toEqual({ deleted: true, source_id: 's' })
  })

  test('win over those of inputs, completions and MCP calls', async () => {
    target.upstream.script(ok({ inputs: [], saved_item_id: 4, next_step: 1, example: 'x' }))
    const inputs = await call(url, 'get_single_gumloop_automation_by_id', { saved_item_id: 'f' })
    expect(inputs.structuredContent).toMatchObject({ saved_item_id: 'f', example: { saved_item_id: 'f' } })
    target.upstream.script(ok({ choices: [{ message: { content: 'Hi' } }], answer: 3 }))
    const chat = await call(url, 'create_a_gumloop_chat_completion', {
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
    })
    expect(chat.structuredContent.answer).toBe('Hi')
  })
})
