/**
 * Four requests of people, by real MCP clients that know no tool names: a schedule is made and fires, its costs are
 * added up, a report is shared, and the version of the day before is found. The sandbox's clock moves between them.
 */
import { type Sandbox, startSandbox } from 'gumloop-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AnyClient, MCP_CLIENTS } from '../support/mcp-clients.ts'
import { type Json, startTestServer, type TestServer } from '../support/mcp-server.ts'

/** A Sunday. */
const START_MS = Date.parse('2026-11-22T15:00:00Z')
const DAY_S = 86_400

describe.each(MCP_CLIENTS)('%s', (_, connect) => {
  let sandbox: Sandbox
  let server: TestServer
  let client: AnyClient
  beforeAll(async () => {
    sandbox = await startSandbox({ clock: () => START_MS })
    server = await startTestServer({ gumloopUrl: `${sandbox.url}/api/v1` })
    const { url } = await server.connector({ tool_exposure: 'discovery' })
    client = await connect(new URL(url))
  })
  afterAll(async () => {
    await client.close()
    await server.close()
    await sandbox.close()
  })

  const send = async (name: string, args: Record<string, unknown>): Promise<Json> => {
    const result: Json = await client.callTool({ name, arguments: args })
    expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
    return result.structuredContent
  }

  /** Finds `wanted` with the words of a person, checks the arguments against its schema, and calls it. */
  async function use(words: string, wanted: string, args: Record<string, unknown> = {}): Promise<Json> {
    const found = await send('search_gumloop_tools', { query: words })
    expect(
      found.result.map((hit: Json) => hit.name),
      `"${words}" finds it`,
    ).toContain(wanted)
    const [{ input_schema }] = (await send('get_gumloop_tool_schema', { names: [wanted] })).result
    expect(Object.keys(input_schema.properties)).toEqual(expect.arrayContaining(Object.keys(args)))
    return send('call_gumloop_tool', { name: wanted, arguments: args })
  }

  async function auditAgent(): Promise<string> {
    const { result } = await use('find the security audit agent', 'list_all_gumloop_agents', {
      search: 'audit',
    })
    return result[0].id
  }

  test('"run the audit agent every Monday at nine"', async () => {
    const agent_id = await auditAgent()
    const before = await use('is the agent scheduled already', 'list_all_gumloop_agent_triggers', {
      agent_id,
    })
    expect(before.result.map((trigger: Json) => trigger.type)).toEqual(['webhook'])
    const made = await use('run the audit agent every Monday at nine', 'create_a_gumloop_agent_trigger', {
      agent_id,
      type: 'schedule',
      prompt: 'Audit all accounts.',
      name: 'Weekly audit',
      cron_expression: '0 9 * * 1',
      timezone: 'Europe/Berlin',
    })
    expect(JSON.stringify(made)).toContain('"cron_expression":"0 9 * * 1"')
    sandbox.advanceClock(2 * DAY_S)
    const after = await use('is the agent scheduled already', 'list_all_gumloop_agent_triggers', { agent_id })
    const schedule = after.result.find((trigger: Json) => trigger.type === 'schedule')
    expect(schedule).toMatchObject({ name: 'Weekly audit', last_run_at: '2026-11-23T08:00:00Z' })
  })

  test('"what did the schedule cost last week"', async () => {
    sandbox.advanceClock(7 * DAY_S)
    const agent_id = await auditAgent()
    const { result } = await use('which schedules does the agent have', 'list_all_gumloop_agent_triggers', {
      agent_id,
    })
    const trigger_id = result.find((trigger: Json) => trigger.name === 'Weekly audit').id
    const words = 'what did the schedule cost last week'
    const totals = await use(words, 'get_gumloop_agent_trigger_stats', { agent_id, trigger_id })
    expect(totals).toMatchObject({ run_count: 2, run_credits: 28, total_credits: 28 })
    const runs = await use('did the schedule run, with dates', 'list_all_gumloop_agent_trigger_runs', {
      agent_id,
      trigger_id,
    })
    const weekAgo = new Date(sandbox.now() - 7 * DAY_S * 1_000).toISOString()
    const ofWeek = runs.result.filter((run: Json) => run.created_ts >= weekAgo)
    expect(ofWeek.map((run: Json) => [run.created_ts, run.state, run.credit_cost])).toEqual([
      ['2026-11-30T08:00:00Z', 'COMPLETED', 14],
    ])
  })

  test('"share the report with Ana and tell me who sees it"', async () => {
    const agent_id = await auditAgent()
    const files = await use('the report that the agent made', 'list_all_gumloop_artifacts', {
      agent_id,
      search_query: 'report',
    })
    const artifact_id = files.result[0].id
    const asAna = () =>
      fetch(`${sandbox.url}/api/v1/artifacts/${artifact_id}/download`, {
        headers: { authorization: 'Bearer key', 'x-auth-key': 'user_ana' },
      })
    expect((await asAna()).status).toBe(404)
    const shared = await use('share the report with Ana', 'update_gumloop_artifact_access', {
      artifact_id,
      share: [{ type: 'person', email: 'ana@harborfinch.example', role: 'viewer' }],
    })
    expect(JSON.stringify(shared)).toContain('"notified":["ana@harborfinch.example"]')
    const seen = await use('who can see the report', 'get_single_gumloop_artifact_access_by_id', {
      artifact_id,
    })
    expect(seen.access ?? seen).toMatchObject({
      people: [{ email: 'ana@harborfinch.example', name: 'Ana Sousa', role: 'viewer' }],
      organization_access: null,
      link: 'none',
    })
    expect((await asAna()).status).toBe(200)
  })

  test('"which version did we send yesterday"', async () => {
    const agent_id = await auditAgent()
    const start = { agent_id, input: 'Audit staging', session_id: 'ses_versions' }
    await use('run the agent with a task', 'create_a_gumloop_session', start)
    sandbox.advanceClock(DAY_S)
    await use('send a follow-up message', 'create_a_gumloop_session_message', {
      session_id: 'ses_versions',
      input: 'Audit production',
    })
    sandbox.advanceClock(60)
    const files = await use('the report that the agent made', 'list_all_gumloop_artifacts', {
      agent_id,
      session_id: 'ses_versions',
      search_query: 'report',
    })
    const artifact_id = files.result[0].id
    const words = 'which version of the report did we send yesterday'
    const versions = await use(words, 'list_all_gumloop_artifact_versions', { artifact_id })
    const yesterday = new Date(sandbox.now() - DAY_S * 1_000).toISOString().slice(0, 10)
    const sent = versions.result.filter((version: Json) => version.created_ts.startsWith(yesterday))
    expect(sent).toMatchObject([{ major_version: 1, is_current: false }])
    const link = await use('download link of a version', 'get_single_gumloop_artifact_by_id', {
      artifact_id,
      version_id: sent[0].version_id,
    })
    const text = await (await fetch(link.download_url)).text()
    expect(text).toContain('Task: Audit staging')
    expect(text).not.toContain('Audit production')
  })
})
