import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkArguments } from '../../lambda/catalog/check-arguments.ts'
import type { JsonSchema, RequestPlan } from '../../lambda/catalog/tool.ts'
import { buildRequest } from '../../lambda/gumloop/build-request.ts'
import { AppError } from '../../lambda/shared/errors.ts'
import { buildCatalog } from '../../scripts/catalog/compile-catalog.ts'

const { tools } = buildCatalog()
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })

/** Mostly valid values and edge cases; now and then something else. */
function valueFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: fitting(schema) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  )
}

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum, 'no such value')
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'object']
  return fc.oneof(...types.map(type => ofType(type, schema)))
}

function ofType(type: string, schema: JsonSchema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string': {
      const edges = [schema.minLength, schema.maxLength].filter(edge => edge !== undefined && edge <= 300)
      const near = edges.flatMap(edge => [edge ?? 0, (edge ?? 0) + 1, Math.max(0, (edge ?? 0) - 1)])
      return fc.oneof(
        { weight: 5, arbitrary: fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }) },
        { weight: 1, arbitrary: fc.constantFrom('', ...near.map(length => '𝄞'.repeat(length))) },
      )
    }
    case 'integer':
    case 'number':
      return fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: schema.minimum ?? -5, max: schema.maximum ?? 500 }) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            0,
            -1,
            1.5,
            (schema.minimum ?? 0) - 1,
            (schema.maximum ?? 0) + 1,
            2 ** 60,
          ),
        },
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array': {
      const most = Math.min(schema.maxItems ?? 3, 25) + 1
      return fc.array(valueFor(schema.items ?? {}), { minLength: 0, maxLength: Math.min(most, 4) })
    }
    default:
      return objectOf(schema)
  }
}

function objectOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {})
  const model = Object.fromEntries(properties.map(([name, part]) => [name, valueFor(part)]))
  const nearlyAll = fc.record(model, { requiredKeys: schema.required ?? [] })
  const any = fc.record(model, { requiredKeys: [] })
  const extra = fc.constantFrom({}, {}, {}, {}, { unknown_field: 1 }, JSON.parse('{"__proto__": {"x": 1}}'))
  return fc
    .tuple(fc.oneof({ weight: 5, arbitrary: nearlyAll }, { weight: 1, arbitrary: any }), extra)
    .map(([value, more]) => JSON.parse(JSON.stringify(value).replace(/}$/, joined(value, more))))
}

/** Joined as text, so that an own key `__proto__` arrives as JSON.parse makes it from a request. */
function joined(value: object, more: object): string {
  const text = JSON.stringify(more).slice(1)
  return text === '}' || Object.keys(value).length === 0 ? text : `,${text}`
}

describe('the argument check agrees with Ajv', () => {
  test.each(tools.map(tool => [tool.name, tool.definition.inputSchema] as const))('%s', (_, schema) => {
    const validate = ajv.compile(schema as AnySchema) // our schema type is a subset of Ajv's
    const verdicts = { valid: 0, invalid: 0 }
    fc.assert(
      fc.property(valueFor(schema), value => {
        const isValid = validate(value) === true
        verdicts[isValid ? 'valid' : 'invalid']++
        expect({ value, isValid: checkArguments(schema, value).length === 0 }).toEqual({ value, isValid })
      }),
      { numRuns: 80, seed: 4 },
    )
    expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(0)
  })
})

const credentials = { apiKey: 'test-key', userId: 'u', teamId: 't' }
const hosts = { baseUrl: 'https://api.example/api/v1', streamBaseUrl: 'https://ws.example/api/v1' }
const withPath = tools.flatMap(({ name, plan }) =>
  plan && plan.pathFields.length > 0 ? [{ name, plan }] : [],
)
const harmless = (plan: RequestPlan) => ({
  ...Object.fromEntries(plan.pathFields.map(field => [field, `id-${field}`])),
  ...(plan.body === 'multipart' && { files: [] }),
})

/** Known ways out of a path segment, plain and encoded. */
const ESCAPES = [
  ...[
    '',
    '.',
    '..',
    '../x',
    'a/b',
    '/',
    '//evil.example',
    'a\\b',
    '..\\x',
    '%2f',
    '%2F..',
    '..%2f',
    '%2e%2e',
    '%',
  ],
  ...['a?b=c', 'a#b', '\0', 'a\0b', 'a\nb', '\r\nhost: x', '\u007f', '\ud800', 'x'.repeat(513)],
]

describe('an id stays in its path segment', () => {
  test.each(withPath.map(tool => [tool.name, tool.plan] as const))('%s', (_, plan) => {
    const escaped = plan.pathFields.flatMap(field =>
      ESCAPES.filter(attack => {
        try {
          buildRequest(plan, { ...harmless(plan), [field]: attack }, credentials, hosts)
          return true
        } catch (error) {
          return !(error instanceof AppError && error.details.errors?.[0]?.path === field)
        }
      }).map(attack => `${field}=${attack}`),
    )
    expect(escaped).toEqual([])
  })

  test('an accepted id is in the URL unchanged', () => {
    expect(withPath.length).toBeGreaterThan(40)
    fc.assert(
      fc.property(
        fc.constantFrom(...withPath),
        fc.string({ unit: 'binary', minLength: 1 }),
        ({ plan }, id) => {
          const field = plan.pathFields.at(-1) ?? ''
          let url: string
          try {
            url = buildRequest(plan, { ...harmless(plan), [field]: id }, credentials, hosts).url
          } catch (error) {
            expect(error).toBeInstanceOf(AppError)
            return
          }
          const base = new URL(hosts.baseUrl).pathname
          const template = `${base}${plan.path}`.split('/')
          const segments = new URL(url).pathname.split('/')
          expect(segments.length).toBe(template.length)
          expect(decodeURIComponent(segments[template.indexOf(`{${field}}`)] ?? '')).toBe(id)
        },
      ),
      { numRuns: 500, seed: 4 },
    )
  })
})
