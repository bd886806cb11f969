/** A session id that somebody else's session has: no call adopts that session as its own start. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, type Json } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

const CREATE = 'create_a_gumloop_session'
let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.close())

const foreign = {
  session: {
    id: 'theirs',
    agent_id: 'a1',
    state: 'completed',
    created_at: '2026-01-01T00:00:00Z',
    messages: [
      { id: 'm1', role: 'user', content: 'Their question' },
      { id: 'm2', role: 'assistant', content: 'their secret answer' },
    ],
  },
}

function reply(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(json))
}

/** Gumloop with one session of somebody else's; a start with its id is refused after a moment. */
async function withForeignSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET') return reply(response, 200, foreign)
  await sleep(300)
  reply(response, 409, { error: { code: 'session_already_exists', message: 'taken' } })
}

test.each([
  ['may only start runs', { methods: [CREATE] }],
  ['may do everything', {}],
])('concurrent equal starts with a taken id are all conflicts where the connector %s', async (_, config) => {
  const url = await target.connector(config)
  target.upstream.script(withForeignSession)
  const args = { agent_id: 'a1', session_id: 'theirs', input: 'Mine' }
  const results: Json[] = await Promise.all([1, 2, 3].map(() => call(url, CREATE, args)))
  for (const result of results) {
    expect(JSON.stringify(result)).not.toContain('their secret answer')
    expect(result.structuredContent.error).toMatchObject({ code: 'conflict' })
  }
})

test('one start with a taken id is a conflict (control)', async () => {
  const url = await target.connector()
  target.upstream.script(withForeignSession)
  const result = await call(url, CREATE, { agent_id: 'a1', session_id: 'theirs', input: 'Alone' })
  expect(result.structuredContent.error).toMatchObject({ code: 'conflict' })
})

test('a repeated start shows only id and state where the connector may not read runs', async () => {
  const url = await target.connector({ methods: [CREATE] })
  const own = {
    session: {
      ...foreign.session,
      id: 'own',
      created_at: new Date().toISOString(),
      messages: [{ id: 'm1', role: 'user', content: 'Mine again' }, foreign.session.messages[1]],
    },
  }
  target.upstream.script((request, response) => {
    if (request.method === 'GET') return reply(response, 200, own)
    reply(response, 202, { session: { id: 'own', agent_id: 'a1', state: 'processing', messages: [] } })
  })
  const args = { agent_id: 'a1', input: 'Mine again' }
  expect((await call(url, CREATE, args)).structuredContent.session_id).toBe('own')
  const repeated = await call(url, CREATE, args)
  expect(repeated.structuredContent).toMatchObject({ state: 'completed', repeated: true })
  expect(JSON.stringify(repeated)).not.toContain('their secret answer')
})
