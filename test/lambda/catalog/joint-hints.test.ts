import { expect, test } from 'vitest'
import { findTool, toolIndex } from '../../../lambda/catalog/catalog.ts'
import { jointHints } from '../../../lambda/catalog/joint-hints.ts'

const names = toolIndex().map(tool => tool.name)

test('for one tool, they are that tool’s hints', () => {
  const wrong = names.filter(name => {
    const own = findTool(name)?.definition.annotations
    return JSON.stringify(jointHints([name])) !== JSON.stringify(own)
  })
  expect(wrong).toEqual([])
})

test('for several tools, they state only what is true of all', () => {
  expect(jointHints(['list_all_gumloop_agents', 'get_single_gumloop_agent_by_id'])).toEqual({
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  })
  expect(jointHints(['list_all_gumloop_agents', 'create_a_gumloop_session'])).toEqual({
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: false,
    openWorldHint: true,
  })
})
