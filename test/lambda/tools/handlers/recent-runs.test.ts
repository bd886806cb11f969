/** Runs and files across agents and flows, and stopping the one that goes on, over HTTP against the sandbox. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LongRunsServer, ok, startLongRuns } from '../../../support/long-runs.ts'
import { call, type Json } from '../../../support/mcp-server.ts'

let server: LongRunsServer
let url: string
beforeAll(async () => {
  server = await startLongRuns({ sandbox: { speed: 20 } })
  url = await server.connector({ catalog_version: 2 })
  const run = (agent_id: string, input: string) => ok(url, 'run_gumloop_agent', { agent_id, input })
  await run('Security Audit Agent', 'Audit the production VPC.')
  await run('Broken pipeline', 'Book the invoices.')
  await run('Support Triage', 'Sort the inbox.')
  await run('Support Triage', 'Sort it again.')
})
afterAll(() => server.close())

describe('list_recent_gumloop_runs', () => {
  test('cost per run and the number of runs of an agent that is named, in one call', async () => {
    const { totals } = await ok(url, 'list_recent_gumloop_runs', { name: 'the triage agent' })
    expect(totals).toEqual([
      { agent: 'Support Triage', runs: 2, failed: 0, running: 0, cost: 8, cost_per_run: 4 },
    ])
  })

  test('a failed run says why', async () => {
    const { result } = await ok(url, 'list_recent_gumloop_runs', { state: 'failed' })
    expect(result).toHaveLength(1)
    expect(result[0]).toMatchObject({ agent: 'Broken pipeline', state: 'failed' })
    expect(result[0].failure).toContain('ledger')
  })

  test('all runs, newest first, with who started them; since and limit narrow them', async () => {
    const all = await ok(url, 'list_recent_gumloop_runs')
    expect(all.result.map((run: Json) => run.agent)).toEqual([
      'Support Triage',
      'Support Triage',
      'Broken pipeline',
      'Security Audit Agent',
    ])
    expect(all.result[0].started_by).toMatch(/\w/)
    const later = await ok(url, 'list_recent_gumloop_runs', { since: '2099-01-01' })
    expect(later).toMatchObject({ result: [], total_count: 0 })
    const two = await ok(url, 'list_recent_gumloop_runs', { limit: 2 })
    expect(two).toMatchObject({ result_count: 2, total_count: 4 })
    expect(two.next_step).toContain('2 of 4')
  })

  test('a name that nothing has lists the nearest names; a time that is none is refused', async () => {
    const none = await ok(url, 'list_recent_gumloop_runs', { name: 'warehouse robot' })
    expect(none.result).toEqual([])
    expect(none.next_step).toContain('Warehouse Reconciliation')
    const wrong = await call(url, 'list_recent_gumloop_runs', { since: 'yesterday' })
    expect(wrong.structuredContent.error.errors[0].path).toBe('since')
  })

  test('over a connector that sees no flows, it has the runs of agents alone', async () => {
    const agentsOnly = await server.connector({ tags: ['agents', 'sessions'], catalog_version: 2 })
    await ok(url, 'create_a_gumloop_flow_run', {
      saved_item_id: 'flow_lead_intake',
      inputs: { name: 'Ada' },
    })
    const { result } = await ok(agentsOnly, 'list_recent_gumloop_runs')
    expect(result.every((run: Json) => run.session_id !== undefined)).toBe(true)
    const { totals } = await ok(url, 'list_recent_gumloop_runs', { name: 'lead intake' })
    expect(totals).toMatchObject([{ flow: 'Lead Intake Webhook', runs: 1 }])
  })
})

describe('list_recent_gumloop_files', () => {
  test('opens the newest spreadsheet of all agents', async () => {
    const found = await ok(url, 'list_recent_gumloop_files', { type: 'spreadsheet', open: true })
    expect(found.result.length).toBeGreaterThan(0)
    expect(found.result.every((file: Json) => file.filename.endsWith('.csv'))).toBe(true)
    expect(found.opened.artifact_id).toBe(found.result[0].artifact_id)
    expect(found.opened.text).toContain(',')
  })

  test('finds files by words of their name and by agent', async () => {
    const found = await ok(url, 'list_recent_gumloop_files', { agent: 'security-audit', name: 'FINDINGS' })
    expect(found.result.length).toBeGreaterThan(0)
    expect(found.result.every((file: Json) => file.agent === 'Security Audit Agent')).toBe(true)
    const none = await ok(url, 'list_recent_gumloop_files', { name: 'unicorn' })
    expect(none).toMatchObject({ result: [], total_count: 0 })
  })

  test('is refused over a connector that may not list artifacts', async () => {
    const narrow = await server.connector({
      methods: ['list_recent_gumloop_files', 'list_all_gumloop_agents'],
      catalog_version: 2,
    })
    const result = await call(narrow, 'list_recent_gumloop_files')
    expect(result.structuredContent.error.code).toBe('unknown_tool')
  })
})

describe('stop_gumloop_run', () => {
  const start = (input: string) =>
    ok(url, 'create_a_gumloop_flow_run', {
      saved_item_id: 'flow_warehouse_count',
      inputs: { warehouse: input },
    })

  test('stops the only run that goes on, and none of several', async () => {
    const nothing = await call(url, 'stop_gumloop_run', { name: 'warehouse' })
    expect(nothing.structuredContent.error.code).toBe('not_found')
    const lyon = await start('Lyon')
    const gdynia = await start('Gdynia')
    const several = await call(url, 'stop_gumloop_run', { name: 'warehouse' })
    expect(several.structuredContent.error.code).toBe('conflict')
    expect(several.content[0].text).toContain(lyon.run_id)
    await ok(url, 'stop_gumloop_run', { run_id: gdynia.run_id })
    const over = await ok(url, 'wait_for_gumloop_flow_run', { run_id: gdynia.run_id })
    expect(over.state).toBe('TERMINATED')
    const stopped = await ok(url, 'stop_gumloop_run', { name: 'warehouse reconciliation' })
    expect(stopped).toMatchObject({ run_id: lyon.run_id, flow: 'Warehouse Reconciliation' })
  })

  test.each(['agent', 'agent_id', 'flow', 'toolCallId'])(
    'refuses the unknown key %s, since it could have named another run',
    async key => {
      const { run_id } = await start(`Lyon ${key}`)
      const result = await call(url, 'stop_gumloop_run', { [key]: 'Security Audit Agent' })
      expect(result.structuredContent.error).toMatchObject({
        code: 'invalid_arguments',
        errors: [{ path: key, message: 'is not known; the fields are session_id, run_id, name' }],
        may_have_taken_effect: false,
      })
      await ok(url, 'stop_gumloop_run', { run_id })
    },
  )

  test('stops nothing over a connector that may not', async () => {
    const { run_id } = await start('Lyon')
    const narrow = await server.connector({ methods: ['stop_gumloop_run', 'read'], catalog_version: 2 })
    const result = await call(narrow, 'stop_gumloop_run', { run_id })
    expect(result.structuredContent.error.code).toBe('unknown_tool')
    await ok(url, 'stop_gumloop_run', { run_id })
  })
})
