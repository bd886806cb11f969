import { describe, expect, test } from 'vitest'
import { buildCatalog } from '../../scripts/catalog/compile-catalog.ts'
import { readOpenApi, readToolRows } from '../../scripts/catalog/read-sources.ts'

const { tools, undocumented } = buildCatalog()
const rows = readToolRows()
const document = readOpenApi()
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
)
const operationTools = tools.flatMap(tool => (tool.plan ? [{ ...tool, plan: tool.plan }] : []))

describe('the catalog covers Gumloop’s description', () => {
  test('every operation is one row of tools.tsv, with its own method and path', () => {
    const inTable = rows.map(row => `${row.operationId} ${row.method} ${row.path}`)
    expect(inTable.toSorted()).toEqual(operations.toSorted())
    expect(new Set(rows.map(row => row.tool)).size).toBe(operations.length)
  })

  test('every operation has a documentation record', () => {
    expect(undocumented).toEqual([])
  })

  test('every row is a tool of exactly that name, group, tags and weight', () => {
    const compiled = operationTools.map(({ name, methodGroup, tags, essential, plan }) => ({
      operationId: plan.operationId,
      method: plan.method,
      path: plan.path,
      tool: name,
      methodGroup,
      tags,
      essential,
    }))
    expect(compiled).toEqual(rows)
  })

  test('the order is stable: the rows of the table, then our own tools by name', () => {
    const own = tools.filter(tool => !tool.plan).map(tool => tool.name)
    expect(tools.map(tool => tool.name)).toEqual([...rows.map(row => row.tool), ...own.toSorted()])
  })
})

describe('records and handlers hold together', () => {
  test('a run is described by a handler, which the output schema promises', () => {
    const bare = tools.filter(tool => tool.runKind && !tool.handler).map(tool => tool.name)
    expect(bare).toEqual([])
  })

  test('an input that Gumloop does not know needs a handler that uses it', () => {
    const dropped = operationTools.filter(({ definition, plan, handler }) => {
      const paging = plan.paging ? ['limit', 'next_cursor'] : []
      const known = new Set([...plan.pathFields, ...plan.queryFields, ...plan.bodyFields, ...paging])
      const extra = Object.keys(definition.inputSchema.properties ?? {}).filter(name => !known.has(name))
      return extra.length > 0 && handler === undefined
    })
    expect(dropped.map(tool => tool.name)).toEqual([])
  })
})

test('what Gumloop requires is required, unless the account fills it in or a handler does', () => {
  const loose = operationTools.flatMap(({ name, definition, plan }) => {
    const operation = document.paths[plan.path]?.[plan.method.toLowerCase()]
    const body = Object.values(operation?.requestBody?.content ?? {})[0]?.schema
    const reference = body?.$ref?.replace('#/components/schemas/', '')
    const schema = reference === undefined ? body : document.components.schemas[reference]
    const wanted = [
      ...(operation?.parameters ?? []).filter(one => one.required).map(one => one.name),
      ...(schema?.required ?? []),
    ]
    const given = new Set([...(definition.inputSchema.required ?? []), ...plan.accountDefaults])
    return wanted.filter(field => !given.has(field)).map(field => `${name}.${field}`)
  })
  expect(loose).toEqual([
    'upload_a_gumloop_session_file.file_name', // or `file`
    'upload_a_gumloop_session_file.file_content',
    'upload_gumloop_brain_files.files', // or `chat_files`
    'create_a_gumloop_skill.files',
    'update_a_gumloop_skill_by_id.files',
    'list_all_gumloop_artifacts.agent_id', // or `session_id`
  ])
})
