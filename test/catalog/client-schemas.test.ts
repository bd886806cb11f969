/**
 * The documented rules by which clients convert tool schemas before a model sees them. One schema that breaks a rule
 * makes some clients refuse every tool of a server.
 */
import { describe, expect, test } from 'vitest'
import type { JsonSchema } from '../../lambda/catalog/tool.ts'
import { buildCatalog } from '../../scripts/catalog/compile-catalog.ts'

const definitions = buildCatalog().tools.map(tool => tool.definition)

interface Part {
  path: string
  schema: JsonSchema
}

/** A schema and everything in it. */
function parts(schema: JsonSchema, path: string): Part[] {
  // What an open object says of its other fields has no type: any value.
  const { additionalProperties: others } = schema
  const inner = [
    ...Object.entries(schema.properties ?? {}),
    ...(schema.items ? [['[]', schema.items] as const] : []),
    ...(typeof others === 'object' && 'type' in others ? [['*', others] as const] : []),
    ...(schema.anyOf ?? []).map((one, at) => [`anyOf ${at}`, one] as const),
  ]
  return [{ path, schema }, ...inner.flatMap(([name, part]) => parts(part, `${path}.${name}`))]
}
const inputs = definitions.flatMap(one => parts(one.inputSchema, one.name))
const outputs = definitions.flatMap(one => parts(one.outputSchema, one.name))
const broken = (list: Part[], isFine: (schema: JsonSchema) => boolean) =>
  list.filter(({ schema }) => !isFine(schema)).map(({ path }) => path)
const keysWithin = (known: string[]) => (schema: JsonSchema) =>
  Object.keys(schema).every(key => known.includes(key))

const SINGLE_TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object']

describe('Gemini (Schema of the API: an OpenAPI subset)', () => {
  const KEYS = [
    ...['type', 'description', 'properties', 'required', 'items', 'enum', 'default', 'anyOf', 'pattern'],
    ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
    'additionalProperties', // a schema, which the converters drop; they fail on true and false
  ]
  test('inputs have one known type each and no unknown keyword', () => {
    expect(broken(inputs, ({ type }) => typeof type === 'string' && SINGLE_TYPES.includes(type))).toEqual([])
    expect(broken(inputs, keysWithin(KEYS))).toEqual([])
  })
  test('no schema says true or false in place of a schema', () => {
    const isSchema = ({ additionalProperties: others }: JsonSchema) => typeof others !== 'boolean'
    expect([...broken(inputs, isSchema), ...broken(outputs, isSchema)]).toEqual([])
  })
  test('arrays have items, and an enum consists of texts', () => {
    expect(broken(inputs, ({ type, items }) => type !== 'array' || items !== undefined)).toEqual([])
    const isTextEnum = (schema: JsonSchema) =>
      schema.enum === undefined ||
      (schema.type === 'string' && schema.enum.every(one => typeof one === 'string' && one !== ''))
    expect(broken(inputs, isTextEnum)).toEqual([])
  })
  test('what is required is a property', () => {
    const isDeclared = ({ required = [], properties = {} }: JsonSchema) =>
      required.every(name => Object.hasOwn(properties, name))
    expect(broken(inputs, isDeclared)).toEqual([])
  })
})

describe('OpenAI', () => {
  test('function parameters: an object without combining keywords anywhere', () => {
    const none = (schema: JsonSchema) =>
      !['anyOf', 'oneOf', 'allOf', 'not', 'if', '$ref'].some(key => key in schema)
    expect(broken(inputs, none)).toEqual([])
  })
  test('strict mode: at most 5,000 properties, 10 levels, 1,000 enum values; names and enums of 120,000 characters', () => {
    for (const { name, inputSchema } of definitions) {
      const all = parts(inputSchema, '')
      const names = all.flatMap(({ schema }) => Object.keys(schema.properties ?? {}))
      const enums = all.flatMap(({ schema }) => schema.enum ?? [])
      expect(names.length, name).toBeLessThanOrEqual(5_000)
      expect(Math.max(...all.map(({ path }) => path.split('.').length)), name).toBeLessThanOrEqual(10)
      expect(enums.length, name).toBeLessThanOrEqual(1_000)
      expect([...names, ...enums].join('').length, name).toBeLessThanOrEqual(120_000)
    }
  })
  test('strict mode, as its converter makes it: every field required, an optional one of its type or null', () => {
    const strict = (schema: JsonSchema): JsonSchema => {
      const { properties, required = [], items, default: _, ...rest } = schema
      if (items) return { ...rest, items: strict(items) }
      if (!properties) return rest
      const fields = Object.entries(properties).map(([name, part]): [string, JsonSchema] => {
        const inner = strict(part)
        if (required.includes(name)) return [name, inner]
        // The converter can only add null to a single type.
        expect(typeof inner.type, name).toBe('string')
        return [name, { ...inner, type: [String(inner.type), 'null'] }]
      })
      return {
        ...rest,
        properties: Object.fromEntries(fields),
        required: Object.keys(properties),
        additionalProperties: false,
      }
    }
    for (const { inputSchema } of definitions) expect(strict(inputSchema).additionalProperties).toBe(false)
  })
})

describe('LangChain, Semantic Kernel and AutoGen (a class of typed fields for each tool)', () => {
  const TYPE_OF: Record<string, string> = {
    string: 'str',
    integer: 'int',
    number: 'float',
    boolean: 'bool',
    array: 'list',
    object: 'dict',
  }
  test('every field has a type that is a key of their table, which a list of types is not', () => {
    expect(broken(inputs, ({ type }) => typeof type === 'string' && type in TYPE_OF)).toEqual([])
  })
  test('names of fields are identifiers and do not begin with an underscore', () => {
    const names = inputs.flatMap(({ schema }) => Object.keys(schema.properties ?? {}))
    expect(names.filter(name => !/^[a-zA-Z]\w*$/.test(name))).toEqual([])
  })
})

test('outputs: single types, or anyOf of single types', () => {
  const isSimple = ({ type, anyOf = [] }: JsonSchema) =>
    (type === undefined || [...SINGLE_TYPES, 'null'].includes(String(type))) &&
    anyOf.every(one => typeof one.type === 'string')
  expect(broken(outputs, isSimple)).toEqual([])
  expect(outputs.filter(({ schema }) => Array.isArray(schema.type))).toEqual([])
  expect(outputs.some(({ schema }) => schema.anyOf)).toBe(true)
})
