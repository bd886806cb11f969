import { describe, expect, test } from 'vitest'
import { buildCatalog } from '../../scripts/catalog/compile-catalog.ts'
import { operationsOf, readOpenApi } from '../../scripts/catalog/open-api.ts'
import { readToolFiles } from '../../scripts/catalog/tool-file.ts'

const { tools, undocumented } = buildCatalog()
const document = readOpenApi()
const operations = operationsOf(document)
const files = readToolFiles()
const operationTools = tools.flatMap(tool => (tool.plan ? [{ ...tool, plan: tool.plan }] : []))

describe('the catalog covers Gumloop’s API description', () => {
  test('every operation has a tool file', () => {
    expect(undocumented).toEqual([])
    expect(operations.length).toBeGreaterThan(130)
  })

  test('a tool sends its operation’s own method and path', () => {
    const described = operations.map(({ operation, method, path }) => [operation.operationId, method, path])
    expect(operationTools.map(({ plan }) => [plan.operationId, plan.method, plan.path])).toEqual(described)
  })

  test('a tool has the operation, method group, tags and default listing of its file', () => {
    const compiled = tools.map(({ name, methodGroup, tags, essential, plan }) => [
      name,
      { operation: plan?.operationId, method_group: methodGroup, tags, essential },
    ])
    const stated = [...files].map(([name, { operation, method_group, tags, essential }]) => [
      name,
      { operation, method_group, tags, essential },
    ])
    expect(Object.fromEntries(compiled)).toEqual(Object.fromEntries(stated))
  })

  test('the order is that of the description, then our own tools by name', () => {
    const own = tools.filter(tool => !tool.plan).map(tool => tool.name)
    expect(tools.slice(0, operationTools.length).every(tool => tool.plan)).toBe(true)
    expect(own).toEqual(own.toSorted())
  })
})

describe('tool files and handlers fit together', () => {
  test('a tool that starts a run has a handler that describes the run', () => {
    const bare = tools.filter(tool => tool.runKind && !tool.handler).map(tool => tool.name)
    expect(bare).toEqual([])
  })

  test('an input that Gumloop does not have needs a handler', () => {
    const dropped = operationTools.filter(({ definition, plan, handler }) => {
      const paging = plan.paging ? ['limit', 'next_cursor'] : []
      const known = new Set([...plan.pathFields, ...plan.queryFields, ...plan.bodyFields, ...paging])
      const extra = Object.keys(definition.inputSchema.properties ?? {}).filter(name => !known.has(name))
      return extra.length > 0 && handler === undefined
    })
    expect(dropped.map(tool => tool.name)).toEqual([])
  })
})

test('inputs that Gumloop requires are required, unless the account or a handler fills them in', () => {
  const loose = operationTools.flatMap(({ name, definition, plan }) => {
    const operation = document.paths[plan.path]?.[plan.method.toLowerCase()]
    const body = Object.values(operation?.requestBody?.content ?? {})[0]?.schema
    const reference = body?.$ref?.replace('#/components/schemas/', '')
    const schema = reference === undefined ? body : document.components.schemas[reference]
    const wanted = [
      ...(operation?.parameters ?? []).filter(one => one.required).map(one => one.name),
      ...(schema?.required ?? []),
    ]
    const present = new Set([...(definition.inputSchema.required ?? []), ...plan.accountDefaults])
    return wanted.filter(field => !present.has(field)).map(field => `${name}.${field}`)
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
