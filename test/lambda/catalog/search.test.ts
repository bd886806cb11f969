import { describe, expect, test } from 'vitest'
import { findTool, toolIndex } from '../../../lambda/catalog/catalog.ts'
import { nearMisses, searchTools } from '../../../lambda/catalog/search.ts'
import { isDiscoveryTool } from '../../../lambda/catalog/tool-filter.ts'

const offered = toolIndex()
  .map(tool => tool.name)
  .filter(name => !isDiscoveryTool(name))
const everything = (name: string) => offered.includes(name)
const find = (query: string, limit = 5) => searchTools(query, everything, limit)

describe('a query with a tool’s name or title', () => {
  test('finds the tool first by its full or shortened name', () => {
    const spellings = (name: string) => [name, ` ${name.toUpperCase()}?`, name.replace(/_gumloop/, '')]
    const wrong = offered.flatMap(name =>
      spellings(name).filter(spelling => find(spelling)[0] !== name && !offered.includes(spelling)),
    )
    expect(wrong).toEqual([])
    expect(find('list_agents, please')[0]).toBe('list_all_gumloop_agents')
    expect(find('listAgentVersions')[0]).toBe('list_all_gumloop_agent_versions')
  })

  test('finds the tool first by its title', () => {
    const wrong = offered.filter(name => find(findTool(name)?.definition.title ?? '')[0] !== name)
    expect(wrong).toEqual([])
  })
})

describe('plain words', () => {
  test.each([
    ['kick off a workflow', 'create_a_gumloop_flow_run'],
    ['who changed what', 'list_all_gumloop_audit_logs'],
    ['remove a person from a team', 'manage_a_gumloop_workspace_user'],
    ['knowledge base', 'list_all_gumloop_brain_sources'],
  ])('%s', (query, tool) => {
    expect(find(query)).toContain(tool)
    expect(find(query, 1)).toHaveLength(1)
  })

  test('understands prefixes and typing errors', () => {
    expect(find('lsit agnets')[0]).toBe('list_all_gumloop_agents')
    expect(find('knowlege')).toEqual(find('knowledge'))
    expect(find('eval').every(name => name.includes('evaluation'))).toBe(true)
  })

  test('always ranks a query the same, whatever the limit', () => {
    expect(find('report', 20).slice(0, 3)).toEqual(find('report', 3))
    expect(new Set(find('agent', 20)).size).toBe(20)
  })
})

test('finds only allowed tools, whatever the query', () => {
  const readOnly = (name: string) => everything(name) && findTool(name)?.methodGroup === 'read'
  const queries = ['start a flow run', 'create_a_gumloop_flow_run', 'delete a skill', 'agent', 'delet']
  const found = queries.flatMap(query => searchTools(query, readOnly, 20))
  expect(found.filter(name => !readOnly(name))).toEqual([])
  expect(found.length).toBeGreaterThan(10)
  expect(searchTools('start a flow run', () => false, 20)).toEqual([])
})

test.each([
  '',
  'the of and',
  'qqqq wwww',
  '(((( [a-z]+ \\',
  'constructor __defineGetter__',
  '\u0000\ud800',
  '日本語',
])('finds nothing for %j', query => {
  expect(find(query)).toEqual([])
})

test('reads only the beginning of a pasted page', () => {
  const startedMs = performance.now()
  expect(find(`stop a flow run ${'xqzw '.repeat(100_000)}`)[0]).toBe('stop_gumloop_run')
  expect(performance.now() - startedMs).toBeLessThan(500)
})

describe('near misses', () => {
  test('finds the right name for one that is almost right', () => {
    const near = (name: string) => nearMisses(name, everything, 3)
    expect(near('create_gumloop_session')[0]).toBe('create_a_gumloop_session')
    expect(near('list_all_gumlop_agent')[0]).toBe('list_all_gumloop_agents')
    expect(near('stop_flow_run')).toContain('kill_a_gumloop_flow_run')
  })

  test('returns few, only allowed ones, and none if nothing is near', () => {
    const one = (name: string) => name === 'list_all_gumloop_teams'
    expect(nearMisses('list_all_gumloop_agents', one, 3)).toEqual(['list_all_gumloop_teams'])
    expect(nearMisses('agents', everything, 3)).toHaveLength(3)
    expect(nearMisses('qqqq', everything, 3)).toEqual([])
  })
})
