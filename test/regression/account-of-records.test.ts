/** What was made with one Gumloop, the sandbox or a key, is of no use with another: connectors, waits, starts. */
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { call, type Json } from '../support/mcp-server.ts'
import {
  type ScriptedAnswer,
  type ScriptedUpstream,
  startScriptedUpstream,
} from '../support/scripted-upstream.ts'
import { TARGET_FOLDER } from './target.ts'

const PROGRAM = path.join(TARGET_FOLDER, 'dist/server.cjs')
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo()
})

interface Place {
  /** Starts the server in the same folder on the same port; without a key, with the sandbox. */
  start: (key?: string) => Promise<Started>
  upstream: ScriptedUpstream
}

async function newPlace(): Promise<Place> {
  const upstream = await startScriptedUpstream()
  const { folder, remove } = temporaryFolder()
  cleanUp.push(remove, upstream.close)
  let port = '0'
  return {
    upstream,
    async start(key) {
      const environment: Record<string, string> =
        key === undefined
          ? {}
          : {
              GUMLOOP_API_KEY: key,
              GUMLOOP_USER_ID: 'user-1',
              GUMLOOP_BASE_URL: upstream.baseUrl,
              GUMLOOP_STREAM_BASE_URL: upstream.baseUrl,
            }
      const server = await startLocalProgram(folder, ['--port', port], environment, PROGRAM)
      cleanUp.push(() => server.stop('SIGKILL'))
      port = new URL(server.origin).port
      return server
    },
  }
}

function urlOf({ connectorUrl }: Started): string {
  if (connectorUrl === undefined) throw new Error('the server created no connector')
  return connectorUrl
}

test("a sandbox connector's URL never reaches Gumloop, and works again with the sandbox", async () => {
  const { start, upstream } = await newPlace()
  const sandbox = await start()
  const url = urlOf(sandbox)
  await sandbox.stop()

  upstream.script({ status: 200, json: { agents: [{ id: 'real' }] } })
  const real = await start('a-key')
  const refused = await call(url, 'list_all_gumloop_agents')
  expect(upstream.requests).toEqual([])
  expect(refused.structuredContent.error).toMatchObject({ code: 'account_not_configured' })
  expect((await call(urlOf(real), 'list_all_gumloop_agents')).structuredContent.result).toEqual([
    { id: 'real' },
  ])
  await real.stop()

  await start()
  expect((await call(url, 'list_all_gumloop_agents')).structuredContent.result.length).toBeGreaterThan(1)
})

test("a wait with a new key asks Gumloop instead of answering with the old key's outputs", async () => {
  const { start, upstream } = await newPlace()
  const run = { run_id: 'r1', state: 'DONE', outputs: { answer: 'seen with the old key' }, log: [] }
  upstream.script({ status: 200, json: { ...run, created_ts: '2026-01-01', finished_ts: '2026-01-02' } })
  const first = await start('old-key')
  const url = urlOf(first)
  const wait = () => call(url, 'wait_for_gumloop_flow_run', { run_id: 'r1', wait_seconds: 1 })
  expect(JSON.stringify(await wait())).toContain('seen with the old key')
  await first.stop()

  upstream.script({ status: 403, json: { error: { code: 'permission_denied', message: 'no' } } })
  await start('new-key')
  const answer: Json = await wait()
  expect(JSON.stringify(answer)).not.toContain('seen with the old key')
  expect(upstream.requests[0]?.headers.authorization).toBe('Bearer new-key')
})

/** Gumloop with a flow that has no inputs, and starts as this run. */
function startingAs(run_id: string): ScriptedAnswer {
  return (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(request.method === 'GET' ? { inputs: [] } : { run_id }))
  }
}

test('a start with a new key is sent, whatever was started with the old one', async () => {
  const { start, upstream } = await newPlace()
  upstream.script(startingAs('run-of-the-old-key'))
  const first = await start('old-key')
  const url = urlOf(first)
  const begin = () =>
    call(url, 'create_a_gumloop_flow_run', { saved_item_id: 'f1', inputs: {}, idempotency_key: 'monthly' })
  expect(JSON.stringify(await begin())).toContain('run-of-the-old-key')
  await first.stop()

  upstream.script(startingAs('run-of-the-new-key'))
  await start('new-key')
  expect((await begin()).structuredContent).toMatchObject({ run_id: 'run-of-the-new-key' })
})
