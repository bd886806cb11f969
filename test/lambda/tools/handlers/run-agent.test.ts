/** Agents run by name, in one call, over HTTP against the sandbox. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LongRunsServer, ok, startLongRuns } from '../../../support/long-runs.ts'
import { call, type Json } from '../../../support/mcp-server.ts'

let server: LongRunsServer
let url: string
beforeAll(async () => {
  server = await startLongRuns({ sandbox: { speed: 20 } })
  url = await server.connector({ catalog_version: 2 })
})
afterAll(() => server.close())

const startsSent = () => server.sandbox.requests.filter(one => one.operationId === 'createSession').length

describe('one run', () => {
  test('of an agent that is named: the answer, the cost, the CSV as text and as a link', async () => {
    const run = await ok(url, 'run_gumloop_agent', {
      agent_id: 'the security-audit agent',
      input: 'Audit the production VPC.',
    })
    expect(run).toMatchObject({ state: 'completed', is_over: true, cost: 14 })
    expect(run.answer).toContain('finding')
    const csv = run.files.find((file: Json) => file.filename.endsWith('.csv'))
    expect(csv.text).toMatch(/^id,severity,area,resource,finding,recommendation\r?\n/)
    expect(csv.download_url).toMatch(/^http/)
    const pdf = run.files.find((file: Json) => file.filename.endsWith('.pdf'))
    expect(pdf.text).toBeUndefined()
    expect((await fetch(pdf.download_url)).status).toBe(200)
  })

  test('that is repeated within a minute starts nothing new', async () => {
    const args = { agent_id: 'agt_support_triage', input: 'Sort the inbox.' }
    const before = startsSent()
    const first = await ok(url, 'run_gumloop_agent', args)
    const second = await ok(url, 'run_gumloop_agent', args)
    expect(second).toMatchObject({ session_id: first.session_id, repeated: true })
    expect(startsSent()).toBe(before + 1)
  })

  test('goes on with session_id: the second answer belongs to the second message', async () => {
    const first = await ok(url, 'run_gumloop_agent', { agent_id: 'Research Desk', input: 'Bags in Japan?' })
    const second = await ok(url, 'run_gumloop_agent', {
      session_id: first.session_id,
      input: 'Half as long.',
    })
    expect(second).toMatchObject({ session_id: first.session_id, is_over: true, state: 'completed' })
    expect(second.answer).not.toBe(first.answer)
  })

  test('that fails says why', async () => {
    const run = await ok(url, 'run_gumloop_agent', { agent_id: 'Broken Pipeline', input: 'Book them.' })
    expect(run).toMatchObject({ state: 'failed', is_over: true })
    expect(run.failure).toContain('ledger')
  })

  test('that asks a person shows the questions, and names nothing that answers them on its own', async () => {
    const run = await ok(url, 'run_gumloop_agent', { agent_id: 'expense approver', input: 'Pay 140 euros.' })
    expect(run.state).toBe('approval_required')
    expect(run.is_over).toBe(false)
    expect(run.pending_approvals).toHaveLength(2)
  })
})

describe('several runs', () => {
  test('one for each input, at once, each with its own answer and file', async () => {
    const inputs = ['Audit vpc-a.', 'Audit vpc-b.', 'Audit vpc-c.']
    const { runs, is_over, cost } = await ok(url, 'run_gumloop_agent', {
      agent_id: 'Security Audit Agent',
      inputs,
      wait_seconds: 40,
    })
    expect(runs.map((run: Json) => run.input)).toEqual(inputs)
    expect(new Set(runs.map((run: Json) => run.session_id)).size).toBe(3)
    expect(is_over).toBe(true)
    expect(cost).toBe(42)
    expect(
      runs.every((run: Json) => run.files.some((file: Json) => file.text?.startsWith('id,severity'))),
    ).toBe(true)
  })

  test.each([
    [{ agent_id: 'Research Desk', inputs: ['a', 'a'] }, 'inputs'],
    [{ session_id: 'ses_1', inputs: ['a', 'b'] }, 'inputs'],
    [{ agent_id: 'Research Desk' }, 'input'],
    [{ input: 'a' }, 'agent_id'],
  ])('%j is refused before anything starts', async (args, path) => {
    const before = startsSent()
    const result = await call(url, 'run_gumloop_agent', args)
    expect(result.isError).toBe(true)
    expect(result.structuredContent.error.errors.map((error: Json) => error.path)).toEqual([path])
    expect(startsSent()).toBe(before)
  })
})

describe('names', () => {
  test('that no agent has list those that are meant, and start nothing', async () => {
    const before = startsSent()
    const result = await call(url, 'run_gumloop_agent', { agent_id: 'securty audit', input: 'Go.' })
    expect(result.isError).toBe(true)
    expect(result.content[0].text).toContain('Security Audit Agent (agt_security_audit)')
    expect(startsSent()).toBe(before)
  })

  test('hold in every tool that takes an agent or a flow', async () => {
    const { agent } = await ok(url, 'get_single_gumloop_agent_by_id', { agent_id: 'Support triage' })
    expect(agent.id).toBe('agt_support_triage')
    const inputs = await ok(url, 'get_single_gumloop_automation_by_id', {
      saved_item_id: 'the Q3 campaign distributor flow',
    })
    expect(inputs.saved_item_id).toBe('flow_q3_campaign')
  })

  test('are not looked up over a connector that may not list agents', async () => {
    const narrow = await server.connector({
      methods: ['run_gumloop_agent', 'create_a_gumloop_session'],
      catalog_version: 2,
    })
    const result = await call(narrow, 'run_gumloop_agent', { agent_id: 'Research Desk', input: 'Go.' })
    expect(result.isError).toBe(true)
    const byId = await ok(narrow, 'run_gumloop_agent', { agent_id: 'agt_research_desk', input: 'Go.' })
    expect(byId).toMatchObject({ answer: null, files: [] })
  })
})

test('a connector that may not start sessions cannot start them through this tool', async () => {
  const narrow = await server.connector({ methods: ['run_gumloop_agent', 'read'], catalog_version: 2 })
  const before = startsSent()
  const result = await call(narrow, 'run_gumloop_agent', { agent_id: 'agt_research_desk', input: 'Stop.' })
  expect(result.structuredContent.error.code).toBe('unknown_tool')
  expect(startsSent()).toBe(before)
})
