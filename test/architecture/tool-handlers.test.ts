/** Special behaviours and the records that name them agree. */
import { expect, test } from 'vitest'
import { findTool, toolIndex } from '../../lambda/catalog/catalog.ts'
import { TOOL_HANDLERS } from '../../lambda/tools/handlers/tool-handlers.ts'

test('every behaviour that a record names exists, and every one that exists is named', () => {
  const named = toolIndex().flatMap(({ name }) => findTool(name)?.handler ?? [])
  expect([...new Set(named)].sort()).toEqual(Object.keys(TOOL_HANDLERS).sort())
})

test('a tool without an operation of Gumloop’s has a behaviour of ours', () => {
  const empty = toolIndex().filter(({ name }) => {
    const tool = findTool(name)
    return tool?.plan === undefined && tool?.handler === undefined
  })
  expect(empty).toEqual([])
})

test('a tool whose body is a form, or whose answer is a file, has a behaviour that knows bytes', () => {
  const tools = toolIndex().flatMap(({ name }) => findTool(name) ?? [])
  const withBytes = tools.filter(({ plan }) => plan?.body === 'multipart' || plan?.answer === 'bytes')
  expect(withBytes.length).toBe(6)
  expect(withBytes.filter(tool => tool.handler === undefined).map(tool => tool.name)).toEqual([])
})
