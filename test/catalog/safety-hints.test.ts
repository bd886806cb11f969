import { describe, expect, test } from 'vitest'
import { buildCatalog } from '../../scripts/catalog/compile-catalog.ts'

const { tools } = buildCatalog()
const operations = tools.flatMap(tool => (tool.plan ? [{ ...tool, plan: tool.plan }] : []))
const namesWhere = (wanted: (tool: (typeof operations)[number]) => boolean) =>
  operations.filter(wanted).map(tool => tool.name)

describe('hints match the operation', () => {
  test('GET operations are read-only; read-only POST operations are listed with the reason', () => {
    expect(namesWhere(t => t.plan.method === 'GET' && !t.definition.annotations.readOnlyHint)).toEqual([
      'reveal_a_gumloop_agent_trigger_webhook_url', // its answer is a secret: clients shall ask first
    ])
    expect(namesWhere(t => t.plan.method !== 'GET' && t.definition.annotations.readOnlyHint)).toEqual([
      'download_a_gumloop_flow_file', // the request names files in a body
      'download_many_gumloop_flow_files', // the same
      'get_single_gumloop_mcp_server_prompt_by_name', // template values in a body; nothing runs
      'query_gumloop_wiki', // the query is in a body; free as far as is known
    ])
  })

  test('DELETE operations are destructive and idempotent', () => {
    const wrong = namesWhere(({ plan, definition: { annotations } }) => {
      const isRight = annotations.destructiveHint && annotations.idempotentHint && !annotations.readOnlyHint
      return plan.method === 'DELETE' && !isRight
    })
    expect(wrong).toEqual([])
  })

  test('the method group read contains exactly the read-only tools', () => {
    const different = namesWhere(t => (t.methodGroup === 'read') !== t.definition.annotations.readOnlyHint)
    expect(different).toEqual([])
  })

  test('read-only tools are not destructive, and idempotent', () => {
    const wrong = tools.filter(({ definition: { annotations: a } }) => {
      return a.readOnlyHint && (a.destructiveHint || !a.idempotentHint)
    })
    expect(wrong.map(tool => tool.name)).toEqual([])
  })

  test('PUT and PATCH operations are idempotent, except for new versions of a skill', () => {
    const changes = (method: string) => method === 'PUT' || method === 'PATCH'
    const wrong = namesWhere(t => changes(t.plan.method) && !t.definition.annotations.idempotentHint)
    expect(wrong).toEqual(['update_a_gumloop_skill_by_id'])
  })
})

describe('hints match the description', () => {
  test('tools that cost credits are not read-only', () => {
    const spends = /costs? credits|charges? credits|credits are charged|one credit per|and charged/i
    const spenders = tools.filter(tool => spends.test(tool.definition.description))
    expect(spenders.filter(tool => tool.definition.annotations.readOnlyHint)).toEqual([])
    expect(spenders.map(tool => tool.name)).toEqual(
      expect.arrayContaining([
        'search_gumloop_brain',
        'route_a_gumloop_model',
        'create_a_gumloop_chat_completion',
        'run_gumloop_agent_evaluations',
        'run_a_gumloop_organization_evaluation',
        'approve_a_gumloop_brain_source',
        'upload_gumloop_brain_files',
      ]),
    )
  })

  test('tools that cannot be undone or take something away are destructive', () => {
    const harm =
      /permanently|cannot be (undone|resumed)|not undone|\blost\b|\baborted\b|(may be|are) replaced|replaces? (the whole|the stored|all)/
    const harmful = tools.filter(({ definition }) => harm.test(definition.description))
    expect(harmful.length).toBeGreaterThanOrEqual(15)
    const milder = harmful.filter(({ definition }) => !definition.annotations.destructiveHint)
    expect(milder.map(tool => tool.name)).toEqual([])
  })

  test('tools that can start an agent, a flow or an app’s tool are destructive and open-world', () => {
    const starters = [
      'create_a_gumloop_flow_run',
      'create_a_gumloop_session',
      'create_a_gumloop_session_message',
      'resolve_gumloop_session_approvals',
      'create_a_gumloop_queued_message',
      'update_a_gumloop_queued_message_by_id',
      'send_a_gumloop_queued_message',
      'call_gumloop_mcp_tools',
      'create_a_gumloop_agent_trigger', // starts an agent later, unattended
      'update_a_gumloop_agent_trigger_by_id',
      'update_gumloop_artifact_access', // publishes, and may send e-mail
      'update_gumloop_session_access',
      'update_gumloop_skill_access',
    ]
    const wild = namesWhere(({ definition: { annotations } }) => {
      return annotations.destructiveHint && annotations.openWorldHint
    })
    expect(wild.toSorted()).toEqual(starters.toSorted())
  })
})

describe('account defaults do not change what a call affects', () => {
  test('the default team is not filled in where it would move an agent, narrow a search or share a login', () => {
    const bodyOrQuery = (t: (typeof operations)[number]) => [...t.plan.bodyFields, ...t.plan.queryFields]
    const undefaulted = namesWhere(t => {
      return bodyOrQuery(t).includes('team_id') && !t.plan.accountDefaults.includes('team_id')
    })
    expect(undefaulted).toEqual([
      'update_a_gumloop_agent_by_id',
      'list_all_gumloop_brain_sources',
      'create_a_gumloop_brain_source',
      'list_all_gumloop_browser_profiles',
      'import_gumloop_browser_profile_cookies',
    ])
  })

  test('older endpoints get the account’s user and project', () => {
    const wrong = namesWhere(t => {
      const fields = [...t.plan.bodyFields, ...t.plan.queryFields]
      return ['user_id', 'project_id'].some(
        name => fields.includes(name) && !t.plan.accountDefaults.some(one => one === name),
      )
    })
    expect(wrong).toEqual([])
  })
})
