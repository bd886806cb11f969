import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { acceptedSchema } from '../../lambda/catalog/accepted-schema.ts'
import { checkArguments } from '../../lambda/catalog/check-arguments.ts'
import type { JsonSchema } from '../../lambda/catalog/tool.ts'
import { buildCatalog } from '../../scripts/catalog/compile-catalog.ts'

const { tools, words } = buildCatalog()
const definitions = tools.map(tool => tool.definition)

/** A schema and everything in it, with the path to each part. */
function parts(schema: JsonSchema, path: string): { path: string; schema: JsonSchema }[] {
  // What an open object says of its other fields has no type: any value.
  const { additionalProperties: others } = schema
  const inner = [
    ...Object.entries(schema.properties ?? {}),
    ...(schema.items ? [['[]', schema.items] as const] : []),
    ...(typeof others === 'object' && 'type' in others ? [['*', others] as const] : []),
  ]
  return [{ path, schema }, ...inner.flatMap(([name, part]) => parts(part, `${path}.${name}`))]
}
const inputs = definitions.flatMap(one => parts(one.inputSchema, one.name))
const outputs = definitions.flatMap(one => parts(one.outputSchema, one.name))

describe('texts', () => {
  test('names fit every client: at most 64 of a-z, 0-9 and _', () => {
    expect(definitions.map(one => one.name).filter(name => !/^[a-z0-9_]{1,64}$/.test(name))).toEqual([])
    expect(new Set(definitions.map(one => one.name)).size).toBe(definitions.length)
  })

  test('descriptions have 40 to 1024 characters and end with a period', () => {
    const bad = definitions.filter(
      ({ description }) => description.length < 40 || description.length > 1024 || !description.endsWith('.'),
    )
    expect(bad.map(one => one.name)).toEqual([])
  })

  test('titles are short and unique', () => {
    expect(definitions.filter(({ title }) => title.length > 60).map(one => one.name)).toEqual([])
    expect(new Set(definitions.map(one => one.title.toLowerCase())).size).toBe(definitions.length)
  })

  test('tools named in descriptions exist', () => {
    const known = new Set(definitions.map(one => one.name))
    const named = definitions.flatMap(one => one.description.match(/\b\w*_gumloop_\w+/g) ?? [])
    const own =
      /^(wait_for_gumloop_|read_gumloop_|search_gumloop_tools$|get_gumloop_tool_schema$|call_gumloop_tool$)/
    expect([...new Set(named)].filter(name => !known.has(name) && !own.test(name))).toEqual([])
  })

  test('every tool except the discovery tools has search words, none twice', () => {
    const bare = [...words].filter(([, list]) => list.length < 5 || new Set(list).size !== list.length)
    expect(bare.map(([name]) => name)).toEqual([
      'call_gumloop_tool',
      'get_gumloop_tool_schema',
      'search_gumloop_tools',
    ])
  })
})

describe('input schemas', () => {
  test('compile as strict JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: true, strictTypes: true, allowUnionTypes: true })
    const broken = definitions.filter(one => {
      try {
        ajv.compile(one.inputSchema)
        return false
      } catch {
        return true
      }
    })
    expect(broken.map(one => one.name)).toEqual([])
  })

  test('the top level is an object without the keywords that OpenAI rejects, and closed when it is checked', () => {
    const bad = definitions.filter(({ inputSchema }) => {
      const refused = ['anyOf', 'oneOf', 'allOf', 'not', 'enum'].some(keyword => keyword in inputSchema)
      return refused || inputSchema.type !== 'object' || inputSchema.additionalProperties !== undefined
    })
    expect(bad.map(one => one.name)).toEqual([])
    const open = tools.filter(tool => acceptedSchema(tool).additionalProperties !== false)
    expect(open).toEqual([])
  })

  test('an object inside that takes no other fields is closed when it is checked, and a free one is open', () => {
    const errorsOf = (name: string, args: unknown) => {
      const tool = tools.find(one => one.name === name)
      return tool && checkArguments(acceptedSchema(tool), args).map(({ path }) => path)
    }
    const history = [{ role: 'user', content: 'x', color: 'red' }]
    expect(errorsOf('route_a_gumloop_model', { input: 'x', history })?.join()).toContain('history[0].color')
    expect(
      errorsOf('create_a_gumloop_flow_run', { saved_item_id: 'f', inputs: { a: [1], b: null } }),
    ).toEqual([])
  })

  test('only keywords that the argument check implements', () => {
    const known = new Set([
      ...[
        'type',
        'description',
        'properties',
        'required',
        'additionalProperties',
        'items',
        'enum',
        'default',
      ],
      ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern'],
    ])
    const strange = inputs.flatMap(({ path, schema }) =>
      Object.keys(schema)
        .filter(keyword => !known.has(keyword))
        .map(keyword => `${path}: ${keyword}`),
    )
    expect(strange).toEqual([])
  })

  test('arrays have items, and every field has a type', () => {
    const typesOf = ({ type }: JsonSchema) => (Array.isArray(type) ? type : [type])
    const bare = inputs.filter(({ schema }) => typesOf(schema).includes('array') && !schema.items)
    expect(bare.map(part => part.path)).toEqual([])
    expect(inputs.filter(({ schema }) => schema.type === undefined).map(part => part.path)).toEqual([])
  })

  test('Gumloop’s aliases are not shown', () => {
    const aliases = inputs.filter(({ path }) => /\.(message|search_query|stream)$/.test(path))
    const taken = ['list_all_gumloop_artifacts.search_query', 'list_all_gumloop_skills.search_query']
    expect(aliases.map(part => part.path).toSorted()).toEqual(taken)
  })

  test('lists take next_cursor, not Gumloop’s paging fields', () => {
    const lists = tools.filter(tool => tool.plan?.paging)
    const bad = lists.filter(({ definition }) => {
      const names = Object.keys(definition.inputSchema.properties ?? {})
      return (
        !names.includes('next_cursor') || names.some(name => ['page', 'page_size', 'cursor'].includes(name))
      )
    })
    expect(bad.map(tool => tool.name)).toEqual([])
    // All cards are a list, one card is not: its name is that of the operation.
    const named = tools.filter(({ name }) => name.startsWith('list_all_') || name === 'query_gumloop_wiki')
    expect(lists.map(tool => tool.name)).toEqual(named.map(tool => tool.name))
  })
})

describe('output schemas accept every response of Gumloop', () => {
  test('nothing is required, enumerated or closed', () => {
    const strict = outputs.filter(
      ({ schema }) =>
        schema.required !== undefined || schema.enum !== undefined || schema.additionalProperties === false,
    )
    expect(strict.map(part => part.path)).toEqual([])
  })

  test('only fields of lists and handlers have a type', () => {
    const ofList = new Set(['result', 'next_cursor', 'result_count'])
    const passedOn = tools
      .filter(tool => tool.handler === undefined)
      .flatMap(({ name, definition }) =>
        Object.entries(definition.outputSchema.properties ?? {})
          .filter(([field, schema]) => schema.type !== undefined && !ofList.has(field))
          .map(([field]) => `${name}.${field}`),
      )
    expect(passedOn).toEqual([])
  })
})

test('files of the chat are declared as ChatGPT requires', () => {
  const declared = tools.flatMap(({ name, definition }) => {
    const fields = definition._meta?.['openai/fileParams']
    return Array.isArray(fields) ? fields.map(field => ({ name, field, schema: definition.inputSchema })) : []
  })
  const broken = declared.filter(({ field, schema }) => {
    const property = schema.properties?.[String(field)]
    const file = property?.items ?? property
    const names = Object.keys(file?.properties ?? {})
    return (
      names.join() !== 'download_url,file_id,mime_type,file_name' ||
      file?.required?.join() !== 'download_url,file_id'
    )
  })
  expect(broken).toEqual([])
  expect(declared.length).toBe(6)
})
