/** The tasks extension over HTTP, validated with the schemas of its official package, and its official client. */
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

/** Sends one 2026-07-28 request with these client capabilities. */
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

/** A task for a session of that duration, and the session's ID. */
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

/** Polls like a client, but faster than requested. */
async function settle(taskId: string, capabilities: object = WITH_TASKS): Promise<Json> {
  for (let tries = 0; tries < 100; tries++) {
    const { result } = await ask('tasks/get', { taskId }, capabilities)
    if (result.status !== 'working') return result
    await sleep(200)
  }
  throw new Error('the task does not settle')
}

describe.concurrent('negotiation', () => {
  test('server/discover lists the extension; older versions do not have it', async () => {
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

  test('a client that does not declare it gets no task and cannot request one', async () => {
    const { result } = await callTool('create_a_gumloop_session', session('1 second'), {})
    expect(result).toMatchObject({ resultType: 'complete', structuredContent: { is_over: true } })
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      const { status, error } = await ask(method, { taskId: 'x', inputResponses: {} }, {})
      expect([status, error.code]).toEqual([400, -32021])
      expect(error.data.requiredCapabilities).toEqual({ extensions: { [TASKS]: {} } })
    }
  })

  test('no task for a start without wait_seconds, an ended run, or an error', async () => {
    const plain = await callTool('create_a_gumloop_session', session('1 hour', { wait_seconds: 0 }))
    expect(plain.result).toMatchObject({ resultType: 'complete', structuredContent: { is_over: false } })
    const run = await ok(url, 'create_a_gumloop_session', session('1 second'))
    const over = await callTool('wait_for_gumloop_session', { session_id: run.session_id })
    expect(over.result).toMatchObject({ resultType: 'complete', structuredContent: { is_over: true } })
    const wrong = await callTool('wait_for_gumloop_session', { session_id: 'ses_nowhere' })
    expect(wrong.result).toMatchObject({ resultType: 'complete', isError: true })
  })

  test('does not have the methods of other versions', async () => {
    for (const method of ['tasks/list', 'tasks/result']) {
      expect((await ask(method, { taskId: 'x' })).error.code).toBe(-32601)
    }
  })
})

describe.concurrent('a task', () => {
  test('is created at once, works, and ends with the result of the call', async () => {
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

  test('works for a flow run', async () => {
    const { result } = await callTool('create_a_gumloop_flow_run', {
      saved_item_id: 'flow_q3_campaign',
      inputs: { campaign_name: 'Task', channel: 'SMS' },
      wait_seconds: 1,
    })
    const done = await settle(result.taskId)
    expect(done.result.structuredContent).toMatchObject({ state: 'DONE', is_over: true })
  })

  test('reports that its start was a repetition', async () => {
    const args = session('2 seconds')
    await callTool('create_a_gumloop_session', args)
    const { result } = await callTool('create_a_gumloop_session', args)
    const done = await settle(result.taskId)
    expect(done.result.structuredContent).toMatchObject({ repeated: true, state: 'completed' })
  })

  test('ends with the error of the call when its run is deleted', async () => {
    const { created, id } = await startTask('1 hour')
    const { result } = await ask('tasks/get', { taskId: created.taskId })
    expect(result.status).toBe('working')
    server.sandbox.injectFailure({ kind: '404', path: `/sessions/${id}` })
    const done = await settle(created.taskId)
    expect(done).toMatchObject({ status: 'completed', result: { isError: true } })
    expect(done.result.content[0].text).toContain('deleted')
  })

  test('belongs to its connector only, and follows the filter of its tool', async () => {
    const { created } = await startTask('1 hour')
    const other = await server.connector()
    const { error } = await ask('tasks/get', { taskId: created.taskId }, WITH_TASKS, other)
    const unknown = await ask('tasks/get', { taskId: 'A'.repeat(32) })
    expect(error).toEqual(unknown.error)
    expect(error.code).toBe(-32602)
    expect(await server.dynalite.dump()).not.toContain(created.taskId)
  })

  test('is canceled with its run when the connector may cancel runs', async () => {
    const { created, id } = await startTask('1 hour')
    const { result: acknowledged } = await ask('tasks/cancel', { taskId: created.taskId })
    expect(acknowledged).toMatchObject({ resultType: 'complete' })
    expect(acknowledged).not.toHaveProperty('taskId')
    expect((await settle(created.taskId)).status).toBe('cancelled')
    const run = await ok(url, 'wait_for_gumloop_session', { session_id: id })
    expect(run).toMatchObject({ state: 'failed', is_over: true })
  })

  test('has a log line for each request, with the calls to Gumloop', async () => {
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

  test('is canceled without its run when the connector may not cancel runs', async () => {
    const limited = await server.connector({
      methods: ['create_a_gumloop_session', 'wait_for_gumloop_session', 'get_single_gumloop_session_by_id'],
    })
    const { created, id } = await startTask('1 hour', limited)
    await ask('tasks/cancel', { taskId: created.taskId }, WITH_TASKS, limited)
    const { result } = await ask('tasks/get', { taskId: created.taskId }, WITH_TASKS, limited)
    expect(result.status).toBe('cancelled')
    expect((await ok(url, 'get_single_gumloop_session_by_id', { session_id: id })).is_over).toBe(false)
  })

  test('does not change when it is canceled after its end, nor does a newer turn of its session', async () => {
    const { created } = await startTask('1 second')
    const done = await settle(created.taskId)
    const { session_id } = done.result.structuredContent
    await ok(url, 'create_a_gumloop_session_message', { session_id, input: 'Once more, take 1 hour.' })
    expect((await ask('tasks/cancel', { taskId: created.taskId })).result.resultType).toBe('complete')
    expect((await settle(created.taskId)).status).toBe('completed')
    expect((await ok(url, 'get_single_gumloop_session_by_id', { session_id })).state).not.toBe('failed')
  })
})

describe.concurrent('a run that requires input', () => {
  const approval = () => session('1 second', { agent_id: 'agt_expense_approver' })

  test('ends the task with the questions when the client cannot answer them', async () => {
    const { result } = await callTool('create_a_gumloop_session', approval())
    const done = await settle(result.taskId)
    expect(done).toMatchObject({
      status: 'completed',
      result: { structuredContent: { state: 'approval_required', is_over: false } },
    })
    expect(done.result.structuredContent.pending_approvals).toHaveLength(2)
    // The run continues, but the task has ended.
    const { session_id } = done.result.structuredContent
    await ok(url, 'cancel_a_gumloop_session', { session_id })
    expect((await settle(result.taskId)).result).toEqual(done.result)
  })

  test('asks the user through the client, accepts the answers one by one, and continues', async () => {
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

test('a task is unknown while its account has other credentials than those that it was made with', async () => {
  const { created } = await startTask('1 second')
  const { taskId } = created
  server.useCredentials({ apiKey: 'other-key', userId: 'user-1' })
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    const answer = await ask(method, { taskId })
    expect(answer.error.message).toContain('There is no such task')
    expect(JSON.stringify(answer)).not.toContain('"answer"')
  }
  server.useCredentials({ apiKey: 'sandbox', userId: 'user-1' })
  expect(await settle(taskId)).toMatchObject({ status: 'completed' })
})

test('the official client of the extension runs a tool to completion', async () => {
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

// Last, since a second table replaces the first in this process.
test('there are no tasks when long runs are disabled', async () => {
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
