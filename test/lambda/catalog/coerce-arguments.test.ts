import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkArguments } from '../../../lambda/catalog/check-arguments.ts'
import { coerceArguments } from '../../../lambda/catalog/coerce-arguments.ts'
import type { JsonSchema } from '../../../lambda/catalog/tool.ts'
import { ExactInteger } from '../../../lambda/shared/exact-integer.ts'

const schema: JsonSchema = {
  type: 'object',
  properties: {
    agent_id: { type: 'string' },
    team_id: { type: 'string' },
    note: { type: 'string' },
    kind: { type: 'string', enum: ['a', 'b'] },
    limit: { type: 'integer' },
    share: { type: 'number' },
    is_on: { type: 'boolean' },
    ids: { type: 'array', items: { type: 'integer' } },
    config: { type: 'object', properties: { size: { type: 'integer' } } },
    credits: { type: ['integer', 'null'] },
    choice: { type: ['string', 'object'] },
  },
  required: ['agent_id'],
  additionalProperties: false,
}
const coerced = (args: unknown) => coerceArguments(schema, args).args

test.each<[unknown, unknown]>([
  [{ agent_id: 5 }, { agent_id: '5' }],
  [{ agent_id: new ExactInteger('12345678901234567890') }, { agent_id: '12345678901234567890' }],
  [{ agent_id: 1.5 }, { agent_id: 1.5 }],
  [{ agent_id: true }, { agent_id: true }],
  [{ agent_id: null }, { agent_id: null }],
  [{ limit: '5' }, { limit: 5 }],
  [{ limit: ' -5 ' }, { limit: -5 }],
  [{ limit: '5.0' }, { limit: 5 }],
  [{ limit: '5 items' }, { limit: '5 items' }],
  [{ limit: '12345678901234567890' }, { limit: new ExactInteger('12345678901234567890') }],
  [{ share: '0.25' }, { share: 0.25 }],
  [{ share: '1e999' }, { share: '1e999' }],
  [{ is_on: 'True' }, { is_on: true }],
  [{ is_on: 'yes' }, { is_on: 'yes' }],
  [{ is_on: 1 }, { is_on: 1 }],
  [{ ids: '["1", 2]' }, { ids: [1, 2] }],
  [{ ids: '1,2' }, { ids: '1,2' }],
  [{ config: '{"size": "3"}' }, { config: { size: 3 } }],
  [{ config: { size: null } }, { config: {} }],
  [{ config: '[1]' }, { config: '[1]' }],
  [{ limit: null, note: null, config: null, ids: null }, {}],
  [{ credits: null }, { credits: null }],
  [{ team_id: '', kind: '', limit: '', is_on: '' }, {}],
  [
    { note: '', agent_id: '' },
    { note: '', agent_id: '' },
  ],
  [{ choice: 'auto' }, { choice: 'auto' }],
  [{ choice: '{"name":"f"}' }, { choice: { name: 'f' } }],
  [null, {}],
  [[], {}],
  ['{"limit":"5"}', { limit: 5 }],
  ['text', 'text'],
])('%j becomes %j', (sent, right) => {
  expect(coerced(sent)).toEqual(right)
})

test('drops and names the keys that resemble no field, and keeps those that do', () => {
  expect(coerceArguments(schema, { toolCallId: 'c', random_string: '', agentId: 'a' })).toEqual({
    args: { agentId: 'a' },
    ignored: ['toolCallId', 'random_string'],
  })
})

test('keeps every key when there are more than a client would add', () => {
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`zzz${at}`, at]))
  expect(coerceArguments(schema, many)).toEqual({ args: many, ignored: [] })
})

test('reads a bounded number of JSON texts, each with a bounded number of values', () => {
  const wide = `[${'1,'.repeat(20_000)}1]`
  expect(coerced({ ids: wide })).toEqual({ ids: wide })
  const lists: JsonSchema = {
    type: 'object',
    properties: { all: { type: 'array', items: { type: 'array' } } },
  }
  const { args } = coerceArguments(lists, { all: Array.from({ length: 30 }, () => '[]') })
  expect(JSON.stringify(args)).toBe(JSON.stringify({ all: [...Array(20).fill([]), ...Array(10).fill('[]')] }))
})

/** Values that fit the schema, so that no coercion may touch them. */
const valid = fc.record(
  {
    agent_id: fc.string({ minLength: 1 }),
    note: fc.string(),
    kind: fc.constantFrom('a', 'b'),
    limit: fc.integer(),
    share: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    is_on: fc.boolean(),
    ids: fc.array(fc.integer()),
    config: fc.record({ size: fc.integer() }, { requiredKeys: [] }),
    credits: fc.option(fc.integer()),
  },
  { requiredKeys: ['agent_id'] },
)

describe('whatever is sent', () => {
  test('valid arguments stay the same object', () => {
    fc.assert(
      fc.property(valid, args => {
        expect(coerced(args)).toBe(args)
      }),
    )
  })

  test('the text of a value is the value', () => {
    fc.assert(
      fc.property(valid, args => {
        const texts = Object.entries(args)
          .filter(([, value]) => value !== null)
          .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
        // JSON has no -0.
        const whole = JSON.parse(
          JSON.stringify({ ...args, ...(args.credits === null && { credits: undefined }) }),
        )
        expect(JSON.parse(JSON.stringify(coerced(Object.fromEntries(texts))))).toEqual(whole)
      }),
    )
  })

  test('arguments that were valid stay valid, a second coercion changes nothing, and nothing is thrown', () => {
    const any = fc.dictionary(fc.constantFrom(...Object.keys(schema.properties ?? {}), 'zzz'), fc.jsonValue())
    fc.assert(
      fc.property(any, sent => {
        const once = coerced(sent)
        expect(coerced(once)).toEqual(once)
        if (checkArguments(schema, sent).length === 0) expect(checkArguments(schema, once)).toEqual([])
      }),
    )
  })
})
