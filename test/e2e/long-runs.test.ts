/** Long runs through the program that `npm start` runs: nothing is lost when it is killed, and its bundle speaks it all. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { ok } from '../support/long-runs.ts'
import type { Json } from '../support/mcp-server.ts'

const AUDIT = 'agt_security_audit'
const { folder, remove } = temporaryFolder()
let server: Started | undefined
let token = ''
afterEach(async () => {
  await server?.stop()
})
afterAll(remove)

/** Starts it in the folder of the start before, and gives the connector's URL on its present port. */
async function start(): Promise<string> {
  server = await startLocalProgram(folder)
  token ||= server.connectorUrl?.split('/').at(-1) ?? ''
  return `${server.origin}/mcp/${token}`
}

/** A waiting call of a client that shows progress: its answer is an event stream. */
function streamedWait(url: string, session_id: string, wait_seconds?: number): Promise<Response> {
  const args = { session_id, ...(wait_seconds !== undefined && { wait_seconds }) }
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'wait_for_gumloop_session', arguments: args, _meta: { progressToken: 1 } },
    }),
  })
}

async function readToEnd(stream: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<void> {
  while ((await stream?.read())?.done === false);
}

function finished(session: string): Json[] {
  const file = path.join(folder, '.local/server.log')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  return lines
    .map((line): Json => JSON.parse(line))
    .filter(line => line.event === 'gumloop_run_finished' && line.session_id === session)
}

describe('a server that is killed in the middle of a wait', () => {
  test('reports the end after its next start, once, to whoever waits again and to nobody', {
    timeout: 40_000,
  }, async () => {
    const first = await start()
    const { session_id } = await ok(first, 'create_a_gumloop_session', {
      agent_id: AUDIT,
      input: 'Survive, take 7 seconds.',
    })
    const stream = (await streamedWait(first, session_id, 50)).body?.getReader()
    // The first notification comes once the run is watched.
    expect(new TextDecoder().decode((await stream?.read())?.value)).toContain('notifications/progress')
    await server?.stop('SIGKILL')
    await expect(readToEnd(stream)).rejects.toThrow()
    expect(finished(session_id)).toEqual([])

    // Nobody waits: the poller alone finds the end.
    const second = await start()
    await vi.waitUntil(() => finished(session_id).length > 0, { timeout: 20_000, interval: 100 })
    expect(finished(session_id)).toMatchObject([{ state: 'completed', outcome: 'finished', kind: 'session' }])
    const run = await ok(second, 'wait_for_gumloop_session', { session_id, wait_seconds: 20 })
    expect(run).toMatchObject({ state: 'completed', is_over: true })

    // A third start has no event left to send: another run that starts and ends later has sent its own.
    await server?.stop('SIGKILL')
    const third = await start()
    const other = await ok(third, 'create_a_gumloop_session', {
      agent_id: AUDIT,
      input: 'Another one, take 1 second.',
      wait_seconds: 20,
    })
    await vi.waitUntil(() => finished(other.session_id).length > 0, { timeout: 5000, interval: 100 })
    expect(finished(session_id)).toHaveLength(1)
  })
})

describe('the bundle', () => {
  test('streams progress, and makes tasks of calls that wait', { timeout: 30_000 }, async () => {
    const url = await start()
    const { session_id } = await ok(url, 'create_a_gumloop_session', {
      agent_id: AUDIT,
      input: 'Take 2 seconds.',
    })
    const response = await streamedWait(url, session_id)
    const text = await response.text()
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(text.match(/notifications\/progress/g)?.length).toBeGreaterThan(1)
    expect(text).toContain('"is_over":true')

    const modern = async (method: string, params: Json) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          'mcp-name': params.taskId ?? params.name,
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method,
          params: {
            ...params,
            _meta: {
              'io.modelcontextprotocol/protocolVersion': '2026-07-28',
              'io.modelcontextprotocol/clientCapabilities': {
                extensions: { 'io.modelcontextprotocol/tasks': {} },
              },
            },
          },
        }),
      })
      const body: Json = await answer.json()
      return body.result
    }
    const created = await modern('tools/call', {
      name: 'create_a_gumloop_session',
      arguments: { agent_id: AUDIT, input: 'As a task, take 2 seconds.', wait_seconds: 5 },
    })
    expect(created).toMatchObject({ resultType: 'task', status: 'working' })
    const settled = async () => {
      const task = await modern('tasks/get', { taskId: created.taskId })
      return task.status === 'working' ? undefined : task
    }
    const task = await vi.waitUntil(settled, { timeout: 10_000, interval: 200 })
    expect(task).toMatchObject({ status: 'completed', result: { structuredContent: { is_over: true } } })
  })
})
