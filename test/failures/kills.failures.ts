/** A local server is killed at random while flow runs are started: none starts twice, and every start that was answered is known. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TARGET_FOLDER } from '../regression/target.ts'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { call, type Json } from '../support/mcp-server.ts'
import { type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts'

const KILLS = Number(process.env.FAILURE_KILLS ?? 5)
let upstream: ScriptedUpstream
const { folder, remove } = temporaryFolder()
const starts = new Map<string, number>()
beforeAll(async () => {
  upstream = await startScriptedUpstream()
  upstream.script(gumloop)
})
afterAll(async () => {
  await upstream.close()
  remove()
})

async function gumloop(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const seen = upstream.requests.at(-1)
  response.writeHead(200, { 'content-type': 'application/json' })
  if (request.method !== 'POST') return void response.end(JSON.stringify({ inputs: [] }))
  const flow = JSON.parse(seen?.body ?? '{}').saved_item_id
  starts.set(flow, (starts.get(flow) ?? 0) + 1)
  await sleep(Math.random() * 50)
  response.end(JSON.stringify({ run_id: `run_${flow}` }))
}

function start(port: number): Promise<Started> {
  const environment = {
    GUMLOOP_API_KEY: 'the-key-of-the-tests',
    GUMLOOP_USER_ID: 'user-1',
    GUMLOOP_BASE_URL: upstream.baseUrl,
    GUMLOOP_STREAM_BASE_URL: upstream.baseUrl,
  }
  return startLocalProgram(
    folder,
    ['--port', String(port)],
    environment,
    path.join(TARGET_FOLDER, 'dist/server.cjs'),
  )
}

test(`${KILLS} kills during starts`, async () => {
  let server = await start(0)
  const url = server.connectorUrl ?? ''
  const port = Number(new URL(url).port)
  const answered: { flow: string; run: string }[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const killAtMs = 200 + Math.random() * 1_500
    const killed = sleep(killAtMs).then(() => server.stop('SIGKILL'))
    let isKilled = false
    void killed.then(() => {
      isKilled = true
    })
    for (let count = 0; !isKilled; count++) {
      const flow = `flow_${kill}_${count}`
      // A call that the kill cuts off is repeated as a client would, against the next server.
      const result: Json = await call(url, 'create_a_gumloop_flow_run', { saved_item_id: flow }).catch(
        () => undefined,
      )
      const run = result?.structuredContent?.run_id
      if (typeof run === 'string') answered.push({ flow, run })
    }
    await killed
    server = await start(port)
    const last = answered.at(-1)
    if (last === undefined) continue
    const again: Json = await call(url, 'create_a_gumloop_flow_run', { saved_item_id: last.flow })
    expect(again.structuredContent).toMatchObject({ run_id: last.run, repeated: true })
  }
  await server.stop()
  console.log(JSON.stringify({ kills: KILLS, answered: answered.length, started: starts.size }))
  expect([...starts].filter(([, count]) => count > 1)).toEqual([])
})
