/** The tasks extension over HTTP, its shapes held to the official package of the extension, and its official client. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createTaskSessionFromClient, resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client'
import { CreateTaskResultV2Schema, DetailedTaskV2Schema } from '@modelcontextprotocol/ext-tasks/core/v2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LongRunsServer, ok, startLongRuns } from '../../support/long-runs.ts'
import type { Json } from '../../support/mcp-server.ts'

const AUDIT = 'agt_security_audit'
const TASKS = 'io.modelcontextprotocol/tasks'
const VERSION = '2026-07-28'
let server: LongRunsServer
let url: string
beforeAll(async () => {
  server = await startLongRuns()
  url = await server.connector()
})
afterAll(() => server.close())

const WITH_TASKS = { extensions: { [TASKS]: {} } }
const WITH_QUESTIONS = { ...WITH_TASKS, elicitation: { form: {} } }

/** One 2026-07-28 request by hand, with these client capabilities. */
async function ask(
  method: string,
  params: Record<string, unknown>,
  capabilities: object = WITH_TASKS,
  at = url,
) {
  const name = params.taskId ?? params.name
  const response = await fetch(at, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': VERSION,
          'io.modelcontextprotocol/clientCapabilities': capabilities,
        },
      },
    }),
  })
  const body: Json = await response.json()
  return { status: response.status, ...body }
}

const callTool = (name: string, args: unknown, capabilities?: object, at?: string) =>
  ask('tools/call', { name, arguments: args }, capabilities, at)

let number = 0
const session = (length: string, more: object = {}) => ({
  agent_id: AUDIT,
  input: `Task ${number++}, take ${length}.`,
  wait_seconds: 10,
  ...more,
})

/** A task on a session of that length, and the session's id. */
async function startTask(length: string, at?: string): Promise<{ created: Json; id: string }> {
  const id = `own-${number}`
  const { result } = await callTool(
    'create_a_gumloop_session',
    session(length, { session_id: id }),
    WITH_TASKS,
    at,
  )
  expect(result.resultType).toBe('task')
  return { created: result, id }
}

/** Polls as a client does, faster than asked. */
async function settle(taskId: string, capabilities: object = WITH_TASKS): Promise<Json> {
  for (let tries = 0; tries < 100; tries++) {
    const { result } = await ask('tasks/get', { taskId }, capabilities)
    if (result.status !== 'working') return result
    await sleep(200)
  }
  throw new Error('the task does not settle')
}

describe.concurrent('offering', () => {
  test('server/discover names the extension; older revisions do not have it', async () => {
    const { result } = await ask('server/discover', {})
    expect(result.capabilities).toMatchObject({ extensions: { [TASKS]: {} }, tools: {} })
    expect(result.capabilities.tasks).toBeUndefined()

    const old = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
      }),
    })
    expect(((await old.json()) as Json).result.capabilities.extensions).toBeUndefined()
  })

  test('a client that does not declare it never gets a task, and may not ask for one', async () => {
    const { result } = await callTool('create_a_gumloop_session', session('1 second'), {})
    expect(result).toMatchObject({ resultType: 'complete', structuredContent: { is_over: true } })
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      const { status, error } = await ask(method, { taskId: 'x', inputResponses: {} }, {})
      expect([status, error.code]).toEqual([400, -32021])
      expect(error.data.requiredCapabilities).toEqual({ extensions: { [TASKS]: {} } })
    }
  })

  test('what does not wait is no task: a start without wait_seconds, a run that is over, a mistake', async () => {
    const plain = await callTool('create_a_gumloop_session', session('1 hour', { wait_seconds: 0 }))
    expect(plain.result).toMatchObject({ resultType: 'complete', structuredContent: { is_over: false } })
    const run = await ok(url, 'create_a_gumloop_session', session('1 second'))
    const over = await callTool('wait_for_gumloop_session', { session_id: run.session_id })
    expect(over.result).toMatchObject({ resultType: 'complete', structuredContent: { is_over: true } })
    const wrong = await callTool('wait_for_gumloop_session', { session_id: 'ses_nowhere' })
    expect(wrong.result).toMatchObject({ resultType: 'complete', isError: true })
  })

  test('methods of other revisions are not there', async () => {
    for (const method of ['tasks/list', 'tasks/result']) {
      expect((await ask(method, { taskId: 'x' })).error.code).toBe(-32601)
    }
  })
})

describe.concurrent('a task', () => {
  test('is a handle at once, works, and ends with what the call would have answered', async () => {
    const { created } = await startTask('2 seconds')
    expect(CreateTaskResultV2Schema.safeParse(created).success).toBe(true)
    expect(created).not.toHaveProperty('content')
    expect(created).toMatchObject({ status: 'working', pollIntervalMs: expect.any(Number) })
    expect(created.taskId).toMatch(/^[\w-]{32}$/)

    const { result: working } = await ask('tasks/get', { taskId: created.taskId })
    expect(DetailedTaskV2Schema.safeParse(working).success).toBe(true)
    expect(working).toMatchObject({ resultType: 'complete', status: 'working', taskId: created.taskId })

    const done = await settle(created.taskId)
    expect(DetailedTaskV2Schema.safeParse(done).success).toBe(true)
    expect(done).toMatchObject({ status: 'completed', statusMessage: 'completed' })
    const { structuredContent, content } = done.result
    const waited = await ok(url, 'wait_for_gumloop_session', { session_id: structuredContent.session_id })
    expect(JSON.parse(content[0].text)).toEqual(structuredContent)
    expect({ ...structuredContent, waited_seconds: 0 }).toEqual({ ...waited, waited_seconds: 0 })
    expect(await settle(created.taskId)).toEqual({ ...done, result: expect.anything() })
  })

  test('of a flow run', async () => {
    const { result } = await callTool('create_a_gumloop_flow_run', {
      saved_item_id: 'flow_q3_campaign',
      inputs: { campaign_name: 'Task', channel: 'SMS' },
      wait_seconds: 1,
    })
    const done = await settle(result.taskId)
    expect(done.result.structuredContent).toMatchObject({ state: 'DONE', is_over: true })
  })

  test('says that its start was a repetition', async () => {
    const args = session('2 seconds')
    await callTool('create_a_gumloop_session', args)
    const { result } = await callTool('create_a_gumloop_session', args)
    const done = await settle(result.taskId)
    expect(done.result.structuredContent).toMatchObject({ repeated: true, state: 'completed' })
  })

  test('of a run that is deleted ends with the error that the call would have had', async () => {
    const { created, id } = await startTask('1 hour')
    const { result } = await ask('tasks/get', { taskId: created.taskId })
    expect(result.status).toBe('working')
    server.sandbox.injectFailure({ kind: '404', path: `/sessions/${id}` })
    const done = await settle(created.taskId)
    expect(done).toMatchObject({ status: 'completed', result: { isError: true } })
    expect(done.result.content[0].text).toContain('deleted')
  })

  test('is of its connector alone, and obeys the filter of the tool that it stands for', async () => {
    const { created } = await startTask('1 hour')
    const other = await server.connector()
    const { error } = await ask('tasks/get', { taskId: created.taskId }, WITH_TASKS, other)
    const unknown = await ask('tasks/get', { taskId: 'A'.repeat(32) })
    expect(error).toEqual(unknown.error)
    expect(error.code).toBe(-32602)
    expect(await server.dynalite.dump()).not.toContain(created.taskId)
  })

  test('is cancelled with its run, where the connector may cancel runs', async () => {
    const { created, id } = await startTask('1 hour')
    const { result: acknowledged } = await ask('tasks/cancel', { taskId: created.taskId })
    expect(acknowledged).toMatchObject({ resultType: 'complete' })
    expect(acknowledged).not.toHaveProperty('taskId')
    expect((await settle(created.taskId)).status).toBe('cancelled')
    const run = await ok(url, 'wait_for_gumloop_session', { session_id: id })
    expect(run).toMatchObject({ state: 'failed', is_over: true })
  })

  test('has a log line for each request, with what Gumloop was asked for it', async () => {
    const own = await server.connector()
    const { created } = await startTask('1 hour', own)
    await ask('tasks/get', { taskId: created.taskId }, WITH_TASKS, own)
    await ask('tasks/cancel', { taskId: created.taskId }, WITH_TASKS, own)
    await ask('tasks/get', { taskId: 'A'.repeat(32) }, WITH_TASKS, own)
    const lines = server.lines().filter(line => line.event === 'task_call' && own.includes(line.connector_id))
    expect(lines).toMatchObject([
      { method: 'tasks/get', outcome: 'ok', account_id: 'acme', upstream_calls: 0 },
      { method: 'tasks/cancel', outcome: 'ok', upstream_calls: 2, upstream_status: 200 },
      { method: 'tasks/get', outcome: 'not_found', request_id: expect.any(String) },
    ])
  })

  test('is cancelled alone, where it may not', async () => {
    const limited = await server.connector({
      methods: ['create_a_gumloop_session', 'wait_for_gumloop_session', 'get_single_gumloop_session_by_id'],
    })
    const { created, id } = await startTask('1 hour', limited)
    await ask('tasks/cancel', { taskId: created.taskId }, WITH_TASKS, limited)
    const { result } = await ask('tasks/get', { taskId: created.taskId }, WITH_TASKS, limited)
    expect(result.status).toBe('cancelled')
    expect((await ok(url, 'get_single_gumloop_session_by_id', { session_id: id })).is_over).toBe(false)
  })

  test('that is over stays as it is when it is cancelled, and so does a newer turn of its session', async () => {
    const { created } = await startTask('1 second')
    const done = await settle(created.taskId)
    const { session_id } = done.result.structuredContent
    await ok(url, 'create_a_gumloop_session_message', { session_id, input: 'Once more, take 1 hour.' })
    expect((await ask('tasks/cancel', { taskId: created.taskId })).result.resultType).toBe('complete')
    expect((await settle(created.taskId)).status).toBe('completed')
    expect((await ok(url, 'get_single_gumloop_session_by_id', { session_id })).state).not.toBe('failed')
  })
})

describe.concurrent('a run that asks', () => {
  const approval = () => session('1 second', { agent_id: 'agt_expense_approver' })

  test('ends the task with what is asked, where the client has no way to answer', async () => {
    const { result } = await callTool('create_a_gumloop_session', approval())
    const done = await settle(result.taskId)
    expect(done).toMatchObject({
      status: 'completed',
      result: { structuredContent: { state: 'approval_required', is_over: false } },
    })
    expect(done.result.structuredContent.pending_approvals).toHaveLength(2)
    // The run goes on; the task has ended and stays ended.
    const { session_id } = done.result.structuredContent
    await ok(url, 'cancel_a_gumloop_session', { session_id })
    expect((await settle(result.taskId)).result).toEqual(done.result)
  })

  test('asks the client’s person, takes the answers one by one, and goes on', async () => {
    const { result } = await callTool('create_a_gumloop_session', approval(), WITH_QUESTIONS)
    const asking = await settle(result.taskId, WITH_QUESTIONS)
    expect(DetailedTaskV2Schema.safeParse(asking).success).toBe(true)
    expect(asking.status).toBe('input_required')
    const [[pay, payment], [centre, question]] = Object.entries<Json>(asking.inputRequests) as [
      [string, Json],
      [string, Json],
    ]
    expect(payment).toMatchObject({ method: 'elicitation/create', params: { mode: 'form' } })
    expect(payment.params.message).toContain('Expense approver asks:')
    expect(payment.params.message).toContain('Amount:')
    expect(question.params.requestedSchema).toEqual({
      type: 'object',
      properties: { cost_centre: { type: 'string', title: 'Cost center', enum: ['Sales', 'Events'] } },
      required: ['cost_centre'],
    })

    const update = (inputResponses: object) =>
      ask('tasks/update', { taskId: result.taskId, inputResponses }, WITH_QUESTIONS)
    expect((await update({ nothing: { action: 'accept' } })).result.resultType).toBe('complete')
    expect((await update({ [pay]: { action: 'accept' } })).result.resultType).toBe('complete')
    const half = await settle(result.taskId, WITH_QUESTIONS)
    expect(Object.keys(half.inputRequests)).toEqual([centre])
    await update({ [centre]: { action: 'accept', content: { cost_centre: 'Events' } } })
    const done = await settle(result.taskId, WITH_QUESTIONS)
    expect(done).toMatchObject({ status: 'completed', result: { structuredContent: { state: 'completed' } } })
  })
})

test('the official client of the extension runs a tool to its end', async () => {
  const client = new Client(
    { name: 'tasks', version: '1' },
    { versionNegotiation: { mode: { pin: VERSION } } },
  )
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const tasks = createTaskSessionFromClient(client, {
    endpointId: 'test',
    rawDispatch: async request => {
      const { method, params, id } = request as Json
      const { status: _, ...answer } = await ask(method, params, WITH_TASKS)
      return { ...answer, id }
    },
    v2RequestFraming: {
      protocolVersion: VERSION,
      clientInfo: { name: 'tasks', version: '1' },
      clientCapabilities: WITH_TASKS,
    },
  })
  const execution = await tasks.callTool('create_a_gumloop_session', session('2 seconds'))
  const { outcome } = await execution.settle()
  const result: Json = resultFromTaskOutcome(outcome)
  await tasks.close()
  await client.close()
  expect(result.structuredContent).toMatchObject({ state: 'completed', is_over: true })
})

// Last, since a second table takes the place of the first in this process.
test('with long runs switched off there are no tasks', async () => {
  const off = await startLongRuns({ isWatching: false })
  const offUrl = await off.connector()
  expect(
    (await ask('server/discover', {}, WITH_TASKS, offUrl)).result.capabilities.extensions,
  ).toBeUndefined()
  const { result: plain } = await callTool(
    'create_a_gumloop_session',
    session('1 second'),
    WITH_TASKS,
    offUrl,
  )
  expect(plain).toMatchObject({ resultType: 'complete', structuredContent: { is_over: true } })
  await off.close()
})
