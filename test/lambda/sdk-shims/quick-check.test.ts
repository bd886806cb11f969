import { describe, expect, it } from 'vitest'
import { outcome } from './arbitrary-value.ts'
import { loadSdk, type SchemaLike, type Sdk } from './sdk-schemas.ts'

const shim = await loadSdk('shim')
const real = await loadSdk('real')

/** Small schemas for edge cases that the SDK's schemas do not have today but may have in a later version. */
const SCHEMAS: Record<string, (z: Sdk['z']) => SchemaLike> = {
  'an optional that is filled in': z => z.object({ a: z.preprocess(() => 'made', z.string().optional()) }),
  'a preprocessed optional that fails': z => z.object({ a: z.preprocess(() => 1, z.string().optional()) }),
  'an optional default': z => z.object({ a: z.string().default('d').optional() }),
  'a default over an optional': z => z.object({ a: z.string().optional().default('d') }),
  'a caught default': z => z.object({ a: z.number().default(1).catch(2) }),
  'a caught optional': z => z.object({ a: z.number().optional().catch(2) }),
  'defaults that are created per value': z =>
    z.object({ a: z.array(z.string()).default([]), b: z.object({}).default({}) }),
  'a default of a function': z => z.object({ a: z.string().default(() => 'made') }),
  'a catch of a function': z => z.object({ a: z.string().catch(({ input }) => `caught ${String(input)}`) }),
  'a required unknown': z => z.object({ a: z.unknown(), b: z.any().optional() }),
  'a union with an optional': z => z.object({ a: z.union([z.string().optional(), z.number()]) }),
  'a lazy optional': z => z.object({ a: z.lazy(() => z.string().optional()) }),
  'a transform of an optional': z => z.object({ a: z.string().optional().transform(String) }),
  'a transform that uses its context': z =>
    z.string().transform((value, context) => {
      if (value === 'a') context.addIssue({ code: 'custom', message: 'no a' })
      return value.length
    }),
  'a default that the next step rejects': z =>
    z.object({
      a: z
        .any()
        .default('d')
        .pipe(
          z
            .string()
            .refine(text => text === 'x')
            .optional(),
        ),
    }),
  'a refined unknown': z =>
    z.unknown().superRefine((value, context) => {
      if (Array.isArray(value)) context.addIssue({ code: 'custom', message: 'no arrays' })
    }),
  'a refined object, extended': z =>
    z
      .object({ a: z.string() })
      .refine(one => one.a !== 'x')
      .extend({ b: z.number() }),
  'an object made strict, then loose': z => z.object({ a: z.string() }).strict().loose(),
  'an object with a schema for the rest': z => z.object({ a: z.string() }).catchall(z.number()),
  'a merge with a strict one': z =>
    z.looseObject({ a: z.string() }).merge(z.object({ a: z.number() }).strict()),
  'picked keys': z => z.object({ a: z.string(), b: z.number() }).pick({ b: true }).strict(),
  'an intersection of strict ones': z =>
    z.intersection(z.object({ a: z.string() }).strict(), z.object({ b: z.number() }).strict()),
  'an intersection of arrays and objects': z =>
    z.intersection(
      z.object({ a: z.array(z.object({ b: z.string() })) }).loose(),
      z.object({ a: z.array(z.object({ c: z.number() })) }),
    ),
  'an intersection that may not merge': z =>
    z.intersection(z.object({ a: z.string().default('d') }), z.looseObject({})),
  'a union of discriminated objects': z =>
    z.discriminatedUnion('a', [
      z.object({ a: z.literal('x'), b: z.string() }),
      z.object({ a: z.enum(['y', 'z']), b: z.number() }).strict(),
    ]),
  'options distinguished by a missing key': z =>
    z.discriminatedUnion('a', [z.object({ a: z.literal('x').optional() }), z.object({ a: z.literal('y') })]),
  'a record over listed keys': z => z.record(z.enum(['a', 'b']), z.string()),
  'a record over checked keys': z => z.record(z.string().startsWith('a'), z.unknown()),
  'a short array': z => z.array(z.number()).max(1),
  'literals of several types': z => z.union([z.literal([1, 'x', null]), z.literal(true)]),
  'a strict empty object': z => z.object({}).strict(),
  'a refinement with a condition': z =>
    z.object({ a: z.string() }).refine(() => false, { when: ({ value }) => value !== null }),
  'string formats': z => z.union([z.url(), z.email(), z.iso.datetime(), z.iso.date(), z.string().url()]),
  'a coerced number': z => z.object({ a: z.coerce.number().optional() }),
}

const VALUES: unknown[] = [
  undefined,
  null,
  true,
  1,
  -0,
  'a',
  'xx',
  'https://a.example',
  'a@b.example',
  '2026-07-28',
  [],
  [1],
  [1, 2],
  {},
  { a: undefined },
  { a: 'x' },
  { a: 'y', b: 1 },
  { a: 'y', b: 1, c: 1 },
  { a: 1 },
  { a: 1, b: 2 },
  { a: null },
  { a: [] },
  { a: [{ b: 'b', c: 1 }], d: 1 },
  { a: [{ b: 'b' }] },
  { a: 'x', b: 'y' },
  { b: 1 },
  { c: 'c' },
  { a: '5' },
  JSON.parse('{"__proto__": {"a": "x"}}'),
  JSON.parse('{"a": "x", "__proto__": 1}'),
  Object.create({ a: 'x' }),
  Object.assign(Object.create(null), { a: 'x' }),
]

describe('the zod shim', () => {
  it.each(Object.keys(SCHEMAS))('behaves like zod: %s', name => {
    const expected = SCHEMAS[name]?.(real.z)
    const actual = SCHEMAS[name]?.(shim.z)
    if (!expected || !actual) throw new Error(`no schema ${name}`)
    const outcomes = (schema: SchemaLike) => VALUES.map(value => [value, outcome(schema, value)])
    expect(outcomes(actual)).toEqual(outcomes(expected))
  })

  it('throws like zod in parse', () => {
    const errors = [real.z, shim.z].map(z => {
      try {
        return z.object({ a: z.string() }).parse({ a: 1 })
      } catch (error) {
        return String(error)
      }
    })
    expect(errors[0]).toContain('expected string, received number')
    expect(errors[1]).toBe(errors[0])
  })

  it('has the same standard interface, JSON Schema and parts as zod', () => {
    const parts = [real.z, shim.z].map(z => {
      const schema = z.object({ a: z.enum(['x', 'y']).optional().describe('which') })
      return [
        z.toJSONSchema(schema),
        schema['~standard'].validate({ a: 'z' }),
        schema.shape.a.unwrap().options,
        z.safeParse(schema, { a: 'x' }).data,
      ]
    })
    expect(parts[0]).toMatchObject([{ type: 'object' }, { issues: [{}] }, ['x', 'y'], { a: 'x' }])
    expect(parts[1]).toEqual(parts[0])
  })

  it('throws on unsupported functions instead of ignoring them', () => {
    const schema = shim.z.string()
    expect(() => schema.regex(/a/)).toThrow(TypeError)
    expect(shim.z).not.toHaveProperty('bigint')
  })
})
