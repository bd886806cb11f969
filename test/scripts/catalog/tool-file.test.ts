import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { buildCatalog } from '../../../scripts/catalog/compile-catalog.ts'
import { CATALOG_FOLDER } from '../../../scripts/catalog/open-api.ts'
import { parseToolFile } from '../../../scripts/catalog/tool-file.ts'

const FILE = 'catalog/tools/list_all_gumloop_folders.yaml'

const complete = {
  operation: 'listFolders',
  title: 'List folders',
  description: 'Lists the folders that group agents, each with its id and name.',
  method_group: 'read',
  since: 1,
  tags: ['agents'],
  hints: { read_only: true, destructive: false, idempotent: true, open_world: false },
  resource_scope: 'none',
}

/** The error of a file with `changes`; null removes a key. */
function errorOf(changes: Record<string, unknown>): string {
  const defined = Object.entries({ ...complete, ...changes }).filter(([, value]) => value !== null)
  try {
    parseToolFile(stringify(Object.fromEntries(defined)), FILE)
    return 'accepted'
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error'
  }
}

test('accepts a complete file', () => {
  expect(errorOf({})).toBe('accepted')
})

describe('rejects a file without', () => {
  test.each(['method_group', 'since', 'tags', 'hints', 'resource_scope', 'title', 'description'])(
    '%s',
    key => {
      expect(errorOf({ [key]: null })).toBe(`${FILE}: ${key} is required`)
    },
  )

  test.each(['read_only', 'destructive', 'idempotent', 'open_world'])('hints.%s', hint => {
    const hints = Object.fromEntries(Object.entries(complete.hints).filter(([name]) => name !== hint))
    expect(errorOf({ hints })).toBe(`${FILE}: hints.${hint} is required`)
  })

  test('names everything that is missing at once', () => {
    expect(errorOf({ hints: { read_only: true }, method_group: null }).split('\n')).toEqual([
      `${FILE}: method_group is required`,
      `${FILE}: hints.destructive is required`,
      `${FILE}: hints.idempotent is required`,
      `${FILE}: hints.open_world is required`,
    ])
  })
})

describe('rejects what it does not know', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a key', { destructiv: true }, 'destructiv is not known'],
    ['a misspelled key', { serch_words: [] }, 'serch_words is not known; did you mean search_words?'],
    ['a hint', { hints: { ...complete.hints, safe: true } }, 'hints.safe is not known'],
    ['a keyword of a field', { fields: { id: { desciption: 'x' } } }, 'fields.id.desciption is not known'],
    [
      'a keyword deep in a field',
      { fields: { id: { items: { maxLenght: 1 } } } },
      'fields.id.items.maxLenght is not known',
    ],
    ['a keyword of an output', { output: { id: { typ: 'string' } } }, 'output.id.typ is not known'],
  ])('%s', (_, changes, message) => {
    expect(errorOf(changes)).toBe(`${FILE}: ${message}`)
  })

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['a method group', { method_group: 'reads' }, /: method_group: Invalid option: expected one of "read"/],
    ['a tag', { tags: ['agent'] }, /: tags\.0: Invalid option: expected one of "access"/],
    [
      'a resource',
      { resource_scope: { arguments: { id: 'folder' } } },
      /: resource_scope: must be none, del/,
    ],
    ['a scope', { resource_scope: 'all' }, /: resource_scope: must be none, delegated, or an object/],
    [
      'a scope that ties nothing',
      { resource_scope: {} },
      /: resource_scope: must be none|: resource_scope: /,
    ],
    ['a hint in words', { hints: { ...complete.hints, read_only: 'yes' } }, /: hints\.read_only: .*boolean/],
  ])('%s', (_, changes, message) => {
    expect(errorOf(changes)).toMatch(message)
  })

  test('names the file for invalid YAML and duplicate keys', () => {
    expect(() => parseToolFile('title: [', FILE)).toThrow(`${FILE}: `)
    expect(() => parseToolFile('title: a\ntitle: b', FILE)).toThrow(/list_all_gumloop_folders.*unique/s)
  })
})

test('requires either an operation or an input', () => {
  const message = /: needs either operation or input/
  expect(errorOf({ operation: null })).toMatch(message)
  expect(errorOf({ input: { properties: {} } })).toMatch(message)
  expect(errorOf({ operation: null, input: { properties: {} } })).toBe('accepted')
})

describe('rejects a file that does not match the API description', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'catalog-'))
    cpSync(CATALOG_FOLDER, folder, { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function change(name: string, changes: Record<string, unknown>, newName = name): void {
    const file = (one: string) => path.join(folder, `tools/${one}.yaml`)
    const content = parse(readFileSync(file(name), 'utf8'))
    writeFileSync(file(newName), stringify({ ...content, ...changes }))
  }

  test.each<[string, Record<string, unknown>, string]>([
    [
      'an operation that is removed',
      { operation: 'listBots' },
      'operation: the API description has no operation listBots',
    ],
    ['a field that is removed', { fields: { bot: {} } }, 'fields.bot: the operation has no such input'],
    [
      'an argument that is removed',
      { resource_scope: { arguments: { agent_id: 'agent' } } },
      'resource_scope.arguments.agent_id: the tool has no such input',
    ],
    [
      'a response field that is removed',
      { resource_scope: { response: { 'agents[].key': 'agent' } } },
      "resource_scope.response.agents[].key: Gumloop's response has no such field",
    ],
  ])('%s', (_, changes, message) => {
    change('list_all_gumloop_agents', changes)
    expect(() => buildCatalog(folder)).toThrow(`catalog/tools/list_all_gumloop_agents.yaml: ${message}`)
  })

  test('two files with the same operation', () => {
    change('list_all_gumloop_agents', {}, 'list_gumloop_agents')
    expect(() => buildCatalog(folder)).toThrow(
      'catalog/tools/list_gumloop_agents.yaml: operation: catalog/tools/list_all_gumloop_agents.yaml has listAgents already',
    )
  })

  test('an operation without a file is not a tool', () => {
    rmSync(path.join(folder, 'tools/list_all_gumloop_agents.yaml'))
    const { tools, undocumented } = buildCatalog(folder)
    expect(undocumented).toContain('listAgents')
    expect(tools.some(tool => tool.plan?.operationId === 'listAgents')).toBe(false)
  })
})
