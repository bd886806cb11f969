import { describe, expect, test } from 'vitest'
import { compareDescriptions, isSame } from '../../../scripts/catalog/compare-descriptions.ts'
import { differencesText } from '../../../scripts/catalog/differences-text.ts'
import { readOpenApi } from '../../../scripts/catalog/open-api.ts'
import { plainDescription } from '../../../scripts/catalog/plain-description.ts'
import { DescriptionError } from '../../../scripts/catalog/read-description.ts'
import { altered, generatedStyle, type Loose } from './altered-description.ts'

const ours = plainDescription(readOpenApi(), 'ours')
const compare = (theirs: Loose) => compareDescriptions(ours, plainDescription(theirs, 'theirs'))
const changesOf = (change: (document: Loose) => void) => compare(altered(change)).changed

describe('the same API in other words has no differences', () => {
  test('the same description', () => {
    expect(compare(readOpenApi())).toEqual({ added: [], removed: [], changed: [] })
    expect(differencesText(compare(readOpenApi()), 'theirs', 5)).toBe(
      'No differences: the catalog matches theirs (5 operations).',
    )
  })

  test('other texts, order and operation names', () => {
    const other = altered(document => {
      document.paths = Object.fromEntries(Object.entries(document.paths).reverse())
      for (const item of Object.values<Loose>(document.paths))
        for (const operation of Object.values<Loose>(item))
          operation.summary = operation.operationId = 'other'
    })
    expect(isSame(compare(other))).toBe(true)
  })

  test('OpenAPI 3.1 as generators write it', () => {
    expect(compare(generatedStyle())).toEqual({ added: [], removed: [], changed: [] })
  })
})

describe('differences are named', () => {
  test('new and removed operations', () => {
    const { added, removed, changed } = compare(
      altered(document => {
        document.paths['/folders'] = {
          get: { operationId: 'listFolders', summary: 'List folders', responses: {} },
        }
        delete document.paths['/list_workbooks']
      }),
    )
    expect(added).toEqual([{ route: 'GET /folders', operationId: 'listFolders', summary: 'List folders' }])
    expect(removed).toEqual([
      { route: 'GET /list_workbooks', operationId: 'listWorkbooks', summary: 'List workbooks' },
    ])
    expect(changed).toEqual([])
  })

  test.each<[string, (operation: Loose) => void, string[]]>([
    [
      'a new parameter',
      get => get.parameters.push({ in: 'query', name: 'archived', schema: { type: 'boolean' } }),
      ['+ query archived: boolean'],
    ],
    ['a removed parameter', get => get.parameters.splice(1, 1), ['- query search']],
    [
      'a parameter that is required now',
      get => Object.assign(get.parameters[1], { required: true }),
      ['~ query search: now required'],
    ],
    [
      'allowed values',
      get => Object.assign(get.parameters[6].schema, { enum: ['newest', 'oldest', 'last_used'] }),
      ['~ query sort_order: values + "last_used" - "name_asc" - "name_desc"'],
    ],
    [
      'a limit',
      get => Object.assign(get.parameters[9].schema, { maximum: 50 }),
      ['~ query page_size: limits minimum 1, maximum 100 → minimum 1, maximum 50'],
    ],
    [
      'a type',
      get => Object.assign(get.parameters[1].schema, { type: 'integer' }),
      ['~ query search: string → integer'],
    ],
    [
      'another success',
      get => Object.assign(get.responses, { 206: { content: { 'text/csv': {} } } }),
      ['+ response 206', '+ response 206 as text/csv'],
    ],
  ])('%s', (_, change, changes) => {
    const found = changesOf(document => change(document.paths['/agents'].get))
    expect(found).toEqual([
      { route: 'GET /agents', operationId: 'listAgents', summary: 'List agents', changes },
    ])
  })

  test('a field deep in a body; a whole object is one line', () => {
    const found = changesOf(document => {
      const { schema } = document.paths['/mcp/tools/call'].post.requestBody.content['application/json']
      const call = document.components.schemas[schema.properties.calls.items.$ref.split('/').at(-1)]
      call.required = ['server_id']
      call.properties.options = { type: 'object', properties: { timeout: { type: 'integer' } } }
    })
    expect(found.map(one => one.changes)).toEqual([
      ['+ body calls[].options: object', '~ body calls[].tool_name: no longer required'],
    ])
  })

  test('a field of a response, in every operation that has it', () => {
    const found = changesOf(document => {
      const part = document.components.schemas.RoleCreditLimit
      delete part.properties.member_count
      part.properties.currency = { type: 'string' }
    })
    expect(found.map(one => one.operationId)).toEqual([
      'listRoleCreditLimits',
      'getRoleCreditLimit',
      'setRoleCreditLimit',
    ])
    expect(found[0]?.changes).toEqual([
      '+ response 200 roles[].currency: string',
      '- response 200 roles[].member_count',
    ])
  })

  test('a renamed path field is the same operation', () => {
    const found = changesOf(document => {
      const { '/agents/{agent_id}': item, ...rest } = document.paths
      document.paths = rest
      document.paths['/agents/{id}'] = item
    })
    expect(found.map(one => one.changes)).toEqual([
      ['~ path: now GET /agents/{id}'],
      ['~ path: now PATCH /agents/{id}'],
      ['~ path: now DELETE /agents/{id}'],
    ])
  })
})

test('the text has one line per difference and no control characters', () => {
  const differences = compare(
    altered(document => {
      document.paths['/x'] = {
        get: { operationId: 'x', summary: `\u001b[31m${'long '.repeat(100)}`, responses: {} },
      }
      document.paths['/agents'].get.parameters.splice(1, 1)
    }),
  )
  const lines = differencesText(differences, 'theirs', 5).split('\n')
  expect(lines.slice(0, 3)).toEqual([
    'The catalog differs from theirs: 1 new, 0 removed, 1 changed.',
    '',
    'New operations',
  ])
  expect(lines[3]).toMatch(/^ {2}GET \/x \(x\): {2}\[31mlong .{200,}…$/)
  expect(lines.slice(5)).toEqual([
    'Changed operations',
    '  GET /agents (listAgents): List agents',
    '    - query search',
  ])
})

test.each<[string, unknown]>([
  ['nothing', null],
  ['another kind of file', { name: 'gumloop-mcp' }],
  ['Swagger 2', { swagger: '2.0', paths: { '/a': { get: {} } } }],
  ['no operations', { openapi: '3.0.0', paths: {} }],
  ['a path without methods', { openapi: '3.0.0', paths: { '/a': { summary: 'x' } } }],
  [
    'a broken reference',
    { openapi: '3.0.0', paths: { '/a': { get: { parameters: [{ $ref: '#/components/parameters/no' }] } } } },
  ],
])('rejects %s in one sentence', (_, raw) => {
  expect(() => plainDescription(raw, 'it')).toThrow(DescriptionError)
  expect(() => plainDescription(raw, 'it')).toThrow(/^(it|The description) .*\.$/)
})
