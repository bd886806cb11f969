import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authenticate } from '../../../lambda/auth/authenticate.ts'
import { createConnectorStore } from '../../../lambda/connectors/connector-store.ts'
import { createToolGroupStore } from '../../../lambda/connectors/tool-group-store.ts'
import { type AdminServer, FOUR_TOOLS, startAdminServer } from '../../support/admin-server.ts'
import { NOW_MS } from '../../support/connectors.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
  for (const account of ['acme', 'globex']) await server.ask('PUT', `/accounts/${account}`, { api_key: 'k' })
})
afterAll(() => server.close())
beforeEach(() => {
  server.clock.nowMs = NOW_MS
})

const GROUPS = '/accounts/acme/tool-groups'
const CONNECTORS = '/integrated-account/acme/mcp'

const put = (name: string, body: object, headers?: Record<string, string>) =>
  server.ask(
    'PUT',
    `${GROUPS}/${name}`,
    body,
    headers && { authorization: `Bearer ${server.token}`, ...headers },
  )

async function connector(tags: string[], methods: string[] = []) {
  const { body } = await server.ask('POST', CONNECTORS, { name: 'x', config: { tags, methods } })
  return body
}

/** The tools that a call with this token may use now, and the reads that authentication took. */
async function toolsOf(token: string) {
  server.dynalite.takeOperations()
  const deps = { table: server.table, inBackground: () => undefined }
  const result = await authenticate({ pathToken: token, nowMs: server.clock.nowMs }, deps)
  if (!result.ok) throw new Error('refused')
  const reads = server.dynalite.takeOperations().filter(operation => operation === 'GetItem').length
  return { tools: FOUR_TOOLS.allowedTools(result.principal.config), reads }
}

describe('a tool group', () => {
  test('is created, changed and listed, with its version', async () => {
    const made = await put('reporting', {
      tools: ['kill_a_gumloop_flow_run', 'kill_a_gumloop_flow_run'],
      tags: ['artifacts'],
    })
    const record = {
      account_id: 'acme',
      name: 'reporting',
      tools: ['kill_a_gumloop_flow_run'],
      tags: ['artifacts'],
      catalog_version: 2,
      created_by: expect.stringMatching(/^api-token:/),
      created_at: '2026-11-22T12:00:00Z',
      updated_at: '2026-11-22T12:00:00Z',
    }
    expect([made.status, made.headers.get('etag'), made.body]).toEqual([200, '"1"', record])
    server.clock.nowMs += 60_000
    const changed = await put('reporting', { tags: ['artifacts'] })
    const now = { ...record, tools: [], updated_at: '2026-11-22T12:01:00Z' }
    expect([changed.headers.get('etag'), changed.body]).toEqual(['"2"', now])
    expect((await server.ask('GET', GROUPS)).body).toEqual({
      result: [now],
      next_cursor: null,
      result_count: 1,
    })
    expect((await server.ask('GET', `${GROUPS}/reporting`)).body).toEqual(now)
    expect((await server.ask('GET', '/accounts/globex/tool-groups')).body.result).toEqual([])
  })

  test('is rejected with every validation error', async () => {
    const { status, body } = await put('wrong', {
      tools: ['list_all_gumloop_agent'],
      tags: ['session'],
      x: 1,
    })
    expect([status, body.error.errors]).toEqual([
      400,
      [
        { path: 'tools[0]', message: expect.stringContaining('did you mean list_all_gumloop_agents') },
        { path: 'tags[0]', message: expect.stringContaining('did you mean sessions?') },
        { path: 'x', message: 'unknown field' },
      ],
    ])
    const nothing = await put('wrong', {})
    expect([nothing.status, nothing.body.error.message]).toEqual([
      400,
      'Invalid body: must have at least one tool or tag.',
    ])
  })

  test.each(['artifacts', 'read', 'all', 'Reporting', 'a%23b', 'x'.repeat(64)])(
    'is rejected with the name %s',
    async name => {
      const { status, body } = await put(name, { tags: ['flows'] })
      expect([status, body.error.errors[0]?.path]).toEqual([400, 'name'])
    },
  )

  test('requires an existing account, however long its name', async () => {
    for (const account of ['nobody', 'a'.repeat(3000)]) {
      const path = `/accounts/${account}/tool-groups`
      const answers = [
        await server.ask('PUT', `${path}/x`, { tags: ['flows'] }),
        await server.ask('GET', path),
        await server.ask('GET', `${path}/x`),
        await server.ask('DELETE', `${path}/x`),
        await server.ask('POST', `/integrated-account/${account}/mcp`, {
          name: 'x',
          config: { tags: ['x'] },
        }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 400])
    }
  })

  test('that is changed concurrently gives one success and one conflict', async () => {
    await put('contested', { tags: ['flows'] })
    const answers = await Promise.all([
      put('contested', { tags: ['agents'] }, { 'if-match': '"1"' }),
      put('contested', { tags: ['sessions'] }, { 'if-match': '"1"' }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const late = await put('contested', { tags: ['flows'] }, { 'if-match': '"1"' })
    expect([late.status, late.body.error.code]).toEqual([409, 'conflict'])
  })
})

describe('a connector that uses a group', () => {
  test('allows the tools of the group with a single read, and follows every change', async () => {
    await put('mine', { tools: ['list_all_gumloop_agents'], tags: ['flows'] })
    const { token, config, id } = await connector(['mine'])
    expect(config.tags).toEqual(['mine'])
    expect(await toolsOf(token)).toEqual({
      tools: ['list_all_gumloop_agents', 'kill_a_gumloop_flow_run'],
      reads: 1,
    })
    await put('mine', { tags: ['sessions'] })
    expect((await toolsOf(token)).tools).toEqual(['list_all_gumloop_artifacts', 'create_a_gumloop_session'])
    await server.ask('PATCH', `${CONNECTORS}/${id}`, { config: { methods: ['read'] } })
    expect((await toolsOf(token)).tools).toEqual(['list_all_gumloop_artifacts'])
    await server.ask('PATCH', `${CONNECTORS}/${id}`, { config: { tags: ['agents'] } })
    await put('mine', { tags: ['flows'] })
    expect((await toolsOf(token)).tools).toEqual(['list_all_gumloop_agents'])
  })

  test('is rejected if no tool matches, or the group is unknown or of another account', async () => {
    await put('killing', { tags: ['flows'] })
    const create = (account: string, config: object) =>
      server.ask('POST', `/integrated-account/${account}/mcp`, { name: 'x', config })
    const answers = [
      await create('acme', { tags: ['killing'], methods: ['read'] }),
      await create('acme', { tags: ['kiling'] }),
      await create('globex', { tags: ['killing'] }),
    ]
    expect(answers.map(({ status, body }) => [status, body.error.errors[0]])).toEqual([
      [400, { path: 'config', message: expect.stringContaining('no tool matches') }],
      [
        400,
        {
          path: 'config.tags[0]',
          message: expect.stringMatching(/did you mean killing\? Available tags: .*killing/),
        },
      ],
      [400, { path: 'config.tags[0]', message: expect.stringContaining('unknown tag "killing"') }],
    ])
  })

  test('prevents that its group is removed or loses its last tool', async () => {
    await put('needed', { tags: ['flows', 'agents'] })
    const { id, token } = await connector(['needed'], ['custom'])
    const emptied = await put('needed', { tags: ['agents'] })
    const removed = await server.ask('DELETE', `${GROUPS}/needed`)
    expect([emptied, removed].map(({ status, body }) => [status, body.error.message])).toEqual([
      [409, `This change would leave connectors without any tool: ${id}.`],
      [409, `Tool group needed is used by connectors: ${id}.`],
    ])
    expect((await toolsOf(token)).tools).toEqual(['kill_a_gumloop_flow_run'])
    await server.ask('DELETE', `${CONNECTORS}/${id}`)
    expect((await server.ask('DELETE', `${GROUPS}/needed`)).status).toBe(200)
    expect((await server.ask('GET', `${GROUPS}/needed`)).status).toBe(404)
    const again = await put('needed', { tags: ['agents'] })
    expect([again.status, again.headers.get('etag')]).toEqual([200, '"3"'])
  })

  test('has the group’s latest definition after any concurrent changes', async () => {
    const store = createConnectorStore(server.table)
    const groups = createToolGroupStore(server.table)
    for (let round = 0; round < 6; round++) {
      await put('racing', { tags: ['flows'] })
      const existing = await connector(['racing'])
      const bodies = ['agents', 'sessions', 'artifacts'].map(tag => ({ tags: [tag, 'flows'] }))
      const [, , ...created] = await Promise.all([
        server.ask('PATCH', `${CONNECTORS}/${existing.id}`, { name: 'renamed', config: { methods: [] } }),
        ...bodies.map(body => put('racing', body)),
        ...bodies.map(() => connector(['racing'])),
      ])
      const final = await groups.find('acme', 'racing')
      const ids = [existing.id, ...created.flatMap(one => ('id' in one ? [one.id] : []))]
      const copies = await Promise.all(ids.map(async id => (await store.get('acme', id)).toolGroups))
      const expected = {
        tools: final?.record.tools,
        tags: final?.record.tags,
        catalog_version: 2,
        version: final?.version,
      }
      expect(copies).toEqual(ids.map(() => ({ racing: expected })))
    }
  })
})
