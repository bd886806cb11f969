/** A connector offers the tools of the catalog that it was made with; an administrator accepts later ones. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authenticate } from '../../../lambda/auth/authenticate.ts'
import { type AdminServer, FOUR_TOOLS, startAdminServer } from '../../support/admin-server.ts'
import { storeConnector } from '../../support/connectors.ts'

/** Came with version 2 of the catalog of these tests. */
const LATER = 'kill_a_gumloop_flow_run'
const CONNECTORS = '/integrated-account/acme/mcp'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
  await server.ask('PUT', '/accounts/acme', { api_key: 'k' })
})
afterAll(() => server.close())

/** A connector as versions of the product before the field stored it. */
function oldConnector(config: { methods?: string[]; tags?: string[] } = {}) {
  return storeConnector(server.table, {
    config: { methods: [], tags: [], tool_exposure: 'all', require_api_token_auth: false, ...config },
  })
}

async function toolsOf(token: string): Promise<string[]> {
  const deps = { table: server.table, inBackground: () => undefined }
  const result = await authenticate({ pathToken: token, nowMs: server.clock.nowMs }, deps)
  if (!result.ok) throw new Error('refused')
  return FOUR_TOOLS.allowedTools(result.principal.config)
}

const refresh = (id: string, body?: object) => server.ask('POST', `${CONNECTORS}/${id}/refresh`, body)

describe('a connector without a stored version', () => {
  test('does not offer later tools, and says version 1', async () => {
    const { token, record } = await oldConnector()
    expect(await toolsOf(token)).toEqual(FOUR_TOOLS.toolNames.filter(name => name !== LATER))
    const { body } = await server.ask('GET', `${CONNECTORS}/${record.id}`)
    expect(body.config.catalog_version).toBe(1)
  })

  test('offers a later tool that it names', async () => {
    const { token } = await oldConnector({ methods: [LATER] })
    expect(await toolsOf(token)).toEqual([LATER])
  })

  test('does not gain later tools by another change', async () => {
    const { token, record } = await oldConnector({ methods: ['read'] })
    await server.ask('PATCH', `${CONNECTORS}/${record.id}`, { config: { methods: [] } })
    expect(await toolsOf(token)).not.toContain(LATER)
  })

  test('a filter that only later tools pass is refused with the way to accept them', async () => {
    const { token, record } = await oldConnector()
    const url = `${CONNECTORS}/${record.id}`
    const refused = await server.ask('PATCH', url, { config: { tags: ['flows'] } })
    expect([refused.status, refused.body.error.errors]).toEqual([
      400,
      [{ path: 'config', message: expect.stringContaining('accept them with catalog_version 2') }],
    ])
    const accepted = await server.ask('PATCH', url, { config: { tags: ['flows'], catalog_version: 2 } })
    expect([accepted.status, await toolsOf(token)]).toEqual([200, [LATER]])
    expect((await server.ask('PATCH', url, { config: { catalog_version: 3 } })).status).toBe(400)
  })
})

test('a new connector offers every tool of the catalog that it is made with', async () => {
  const { body } = await server.ask('POST', CONNECTORS, { name: 'New' })
  expect([body.config.catalog_version, await toolsOf(body.token)]).toEqual([2, FOUR_TOOLS.toolNames])
})

describe('a refresh', () => {
  test('previews, adds the later tools, and is in the audit trail with them', async () => {
    const { token, record } = await oldConnector()
    const preview = await refresh(record.id, { preview: true })
    expect([preview.status, preview.body]).toEqual([
      200,
      {
        connector: expect.objectContaining({ id: record.id, updated_at: record.updated_at }),
        added_tools: [LATER],
        preview: true,
      },
    ])
    expect(await toolsOf(token)).not.toContain(LATER)

    const refreshed = await refresh(record.id)
    expect(refreshed.body).toMatchObject({
      connector: { id: record.id, config: { catalog_version: 2 } },
      added_tools: [LATER],
      preview: false,
    })
    expect(await toolsOf(token)).toContain(LATER)
    const { result } = (await server.ask('GET', '/audit?account_id=acme')).body
    expect(result.filter(({ target }) => target === record.id)).toEqual([
      expect.objectContaining({
        action: 'connector.refresh',
        detail: { from: 1, to: 2, added_tools: [LATER] },
        outcome: 'done',
      }),
    ])
    expect((await refresh(record.id)).body).toMatchObject({ added_tools: [] })
  })

  test('does not widen the other restrictions, and refuses a revoked connector', async () => {
    const { token, record } = await oldConnector({ methods: ['read'] })
    expect((await refresh(record.id)).body).toMatchObject({ added_tools: [] })
    expect(await toolsOf(token)).toEqual(['list_all_gumloop_agents', 'list_all_gumloop_artifacts'])
    await server.ask('DELETE', `${CONNECTORS}/${record.id}`)
    expect((await refresh(record.id)).status).toBe(409)
    expect((await refresh(record.id, { preveiw: true })).status).toBe(400)
  })
})

describe('a tool group', () => {
  const url = '/accounts/acme/tool-groups/runs'
  async function connectorWithGroup() {
    return (await server.ask('POST', CONNECTORS, { name: 'x', config: { tags: ['runs'] } })).body
  }

  test('means by its tags what the catalog had when it was made, until it is refreshed', async () => {
    await server.ask('PUT', url, { tags: ['sessions', 'flows'], catalog_version: 1 })
    const { token } = await connectorWithGroup()
    expect(await toolsOf(token)).not.toContain(LATER)
    const changed = await server.ask('PUT', url, { tags: ['agents', 'sessions', 'flows'] })
    expect(changed.body.catalog_version).toBe(1)
    expect(await toolsOf(token)).not.toContain(LATER)
    await server.ask('PUT', url, { tags: ['flows'], catalog_version: 2 })
    expect(await toolsOf(token)).toEqual([LATER])
  })

  test('that was made with the newest catalog does not widen an older connector', async () => {
    await server.ask('PUT', url, { tags: ['flows', 'agents'], catalog_version: 2 })
    const { token, record } = await oldConnector()
    await server.ask('PATCH', `${CONNECTORS}/${record.id}`, { config: { tags: ['runs'] } })
    expect(await toolsOf(token)).toEqual(['list_all_gumloop_agents'])
  })
})
