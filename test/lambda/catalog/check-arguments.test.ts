import { expect, test } from 'vitest'
import { checkArguments } from '../../../lambda/catalog/check-arguments.ts'
import type { JsonSchema } from '../../../lambda/catalog/tool.ts'

const schema: JsonSchema = {
  type: 'object',
  properties: { agent_id: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
  required: ['agent_id'],
  additionalProperties: false,
}

test('lists 20 errors and counts the rest', () => {
  const errors = checkArguments(schema, { agent_id: 'a', tags: Array.from({ length: 25 }, () => 1) })
  expect(errors).toHaveLength(21)
  expect(errors[19]).toEqual({ path: 'tags[19]', message: 'must be a string, not a number' })
  expect(errors[20]).toEqual({ path: '', message: 'and 5 more errors' })
})

test('lists exactly 20 errors without a count', () => {
  const errors = checkArguments(schema, { agent_id: 'a', tags: Array.from({ length: 20 }, () => 1) })
  expect(errors.map(error => error.message)).toEqual(Array(20).fill('must be a string, not a number'))
})

test('suggests the field that an unknown one was meant to be', () => {
  expect(checkArguments(schema, { agent_id: 'a', agentid: 'b' })).toEqual([
    { path: 'agentid', message: 'is not known; did you mean agent_id?' },
  ])
})

test('stays fast for 100,000 unknown fields and for a field name of megabytes', () => {
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`agent_id${index}`, 1]))
  const long = { ['agent_id'.repeat(600_000)]: 1 }
  const started = process.cpuUsage()
  expect(checkArguments(schema, many).at(-1)).toEqual({ path: '', message: 'and 99981 more errors' })
  expect(checkArguments(schema, long)).toHaveLength(2)
  const { user, system } = process.cpuUsage(started)
  expect((user + system) / 1000).toBeLessThan(500)
})
