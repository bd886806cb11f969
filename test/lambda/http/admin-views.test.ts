import { readFileSync } from 'node:fs'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CatalogEntry, CatalogView } from '../../../lambda/admin/catalog-view.ts'
import { viewDeployment } from '../../../lambda/admin/deployment-view.ts'
import { createLogGroupReader } from '../../../lambda/aws/log-group.ts'
import { CATALOG_VERSION, findTool } from '../../../lambda/catalog/catalog.ts'
import { listedOf } from '../../../lambda/catalog/filter-rule.ts'
import { knownTags, listedTools } from '../../../lambda/catalog/tool-filter.ts'
import { PRODUCT_VERSION } from '../../../lambda/shared/version.ts'
import { type AdminServer, CALL_LOG_GROUP, startAdminServer } from '../../support/admin-server.ts'
import { NOW_MS } from '../../support/connectors.ts'
import type { Json } from '../../support/mcp-server.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

async function get(path: string): Promise<Json> {
  const response = await fetch(`${server.url}${path}`, {
    headers: { authorization: `Bearer ${server.token}` },
  })
  return response.json()
}

describe('the catalog', () => {
  test('has every tool with the fields that a filter preview needs', async () => {
    const { version, methods, tags, tools }: CatalogView = await get('/catalog')
    expect([version, methods, tags]).toEqual([CATALOG_VERSION, ['read', 'write', 'custom'], knownTags()])
    expect(tools.find(({ name }) => name === 'list_all_gumloop_agents')).toEqual({
      name: 'list_all_gumloop_agents',
      title: findTool('list_all_gumloop_agents')?.definition.title,
      method_group: 'read',
      tags: expect.arrayContaining(['agents']),
      essential: true,
      since: 1,
      discovery: false,
      tokens: expect.any(Number),
    })
    const known = tools.map(({ method_group: methodGroup, ...tool }) => ({ ...tool, methodGroup }))
    for (const exposure of ['all', 'essentials', 'discovery'] as const) {
      const filter = { methods: ['read'], tags: ['artifacts', 'flows'] }
      expect(listedOf(known, filter, exposure).map(({ name }) => name)).toEqual(listedTools(filter, exposure))
    }
  })

  test('has token counts within two percent of those of a whole list', async () => {
    const { tools }: { tools: CatalogEntry[] } = await get('/catalog')
    for (const names of [
      listedTools({ methods: [], tags: [], catalog_version: CATALOG_VERSION }, 'essentials'),
      tools.map(({ name }) => name),
    ]) {
      const list = names.map(name => findTool(name)?.definition)
      const sum = tools
        .filter(({ name }) => names.includes(name))
        .reduce((total, { tokens }) => total + tokens, 0)
      const exact = countTokens(JSON.stringify(list))
      expect(Math.abs(sum - exact) / exact).toBeLessThan(0.02)
    }
  })
})

describe('the deployment', () => {
  test('reports its version, its clock and that its parts respond', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(PRODUCT_VERSION).toBe(version)
    expect(await get('/deployment')).toEqual({
      version,
      now: '2026-11-22T12:00:00Z',
      node: process.version,
      checks: { table: { state: 'ok' }, call_log: { state: 'ok' }, long_runs: { state: 'off' } },
    })
  })

  test('reports a failing part with the service’s error name only', async () => {
    server.cloudWatchLogs.failNext('AccessDeniedException')
    const broken = () =>
      Promise.reject(Object.assign(new Error('a secret'), { name: 'StateMachineDoesNotExist' }))
    const view = await viewDeployment({
      table: server.table,
      logs: createLogGroupReader({ logGroupName: CALL_LOG_GROUP }),
      now: () => NOW_MS,
      checkLongRuns: broken,
    })
    expect(view.checks).toEqual({
      table: { state: 'ok' },
      call_log: { state: 'failed', message: 'AccessDeniedException' },
      long_runs: { state: 'failed', message: 'StateMachineDoesNotExist' },
    })
  })
})
