/** What is recorded of runs belongs to the account's credentials of then: over HTTP, with a key that is replaced. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { credentialGeneration, hasSameOwner } from '../../../lambda/accounts/credential-generation.ts'
import { type LongRunsServer, ok, startLongRuns } from '../../support/long-runs.ts'
import { call, type Json } from '../../support/mcp-server.ts'

const OLD = { apiKey: 'old-key', userId: 'user-1' }
const NEW = { apiKey: 'new-key', userId: 'user-1' }
const FLOW = { saved_item_id: 'flow_q3_campaign', inputs: { campaign_name: 'Summer', channel: 'Email' } }
let server: LongRunsServer
let url: string
beforeAll(async () => {
  server = await startLongRuns({ sandbox: { speed: 20 } })
  url = await server.connector()
})
beforeEach(() => server.useCredentials(OLD))
afterAll(() => server.close())

/** Gumloop no longer lets anybody read this run. */
function hideRuns(): Promise<Response> {
  return fetch(`${server.sandbox.url}/__sandbox/failures`, {
    method: 'POST',
    body: JSON.stringify({ kind: '403', times: 50 }),
  })
}
afterEach(() => fetch(`${server.sandbox.url}/__sandbox/failures`, { method: 'DELETE' }))

test('a run that is over is read from Gumloop again after the key was replaced', async () => {
  const { run_id } = await ok(url, 'create_a_gumloop_flow_run', { ...FLOW, idempotency_key: 'wait' })
  const over = await ok(url, 'wait_for_gumloop_flow_run', { run_id, wait_seconds: 10 })
  expect(over).toMatchObject({ is_over: true, outputs: { recipients: 4015 } })
  const observations = server.observationsOf(run_id)
  expect(await ok(url, 'wait_for_gumloop_flow_run', { run_id, wait_seconds: 1 })).toMatchObject({
    outputs: { recipients: 4015 },
  })
  expect(server.observationsOf(run_id)).toBe(observations)

  server.useCredentials(NEW)
  await hideRuns()
  const refused = await call(url, 'wait_for_gumloop_flow_run', { run_id, wait_seconds: 1 })
  expect(JSON.stringify(refused)).not.toContain('4015')
  expect(refused.structuredContent.error).toMatchObject({ code: 'forbidden' })

  server.useCredentials(OLD)
  expect(await ok(url, 'wait_for_gumloop_flow_run', { run_id, wait_seconds: 1 })).toMatchObject({
    outputs: { recipients: 4015 },
  })
})

test.each([
  ['flow run', 'create_a_gumloop_flow_run', { ...FLOW, idempotency_key: 'start' }, 'run_id'],
  [
    'session',
    'create_a_gumloop_session',
    { agent_id: 'agt_security_audit', input: 'Take 1 second.', idempotency_key: 'start' },
    'session_id',
  ],
])('the start of a %s with another key is not a repetition', async (_, tool, args, id) => {
  const first = await ok(url, tool, args)
  expect(await ok(url, tool, args)).toMatchObject({ [id]: first[id], repeated: true })
  server.useCredentials(NEW)
  const other: Json = await ok(url, tool, args)
  expect(other.repeated).toBeUndefined()
  expect(other[id]).not.toBe(first[id])
})

test('a generation is the same for the same account, owner, key and Gumloop only', () => {
  const hosts = { baseUrl: 'https://a.example', streamBaseUrl: 'https://b.example' }
  const generation = credentialGeneration('acme', OLD, hosts)
  expect(generation).toMatch(/^[0-9a-f]{16}-[0-9a-f]{16}$/)
  expect(generation).toBe(credentialGeneration('acme', { ...OLD }, { ...hosts }))
  expect(hasSameOwner(generation, credentialGeneration('acme', NEW, hosts))).toBe(true)
  const others = [
    credentialGeneration('other', OLD, hosts),
    credentialGeneration('acme', { ...OLD, userId: 'user-2' }, hosts),
    credentialGeneration('acme', { ...OLD, teamId: 'team-1' }, hosts),
    credentialGeneration('acme', { apiKey: OLD.apiKey, teamId: OLD.userId }, hosts),
    credentialGeneration('acme', OLD, { ...hosts, baseUrl: 'https://c.example' }),
  ]
  expect(others.filter(other => hasSameOwner(other, generation))).toEqual([])
  expect(new Set([...others, generation, credentialGeneration('acme', NEW, hosts)]).size).toBe(7)
})
