/** Agents as short rows: who they are, not how they are configured. */
import { toListPage } from '../../gumloop/paging.ts'
import { isObject } from '../../shared/json-value.ts'
import type { ToolHandler } from '../tool-call.ts'

/** Long fields, which `get_single_gumloop_agent_by_id` has. A Gumloop that does not know `summary` sends them. */
const LONG_FIELDS = new Set(['system_prompt', 'tools', 'resources', 'metadata'])

export const listAgents: ToolHandler = async ({ tool, args, operation }) => {
  const paging = tool.plan?.paging
  if (!paging) throw new Error(`the tool file of ${tool.name} has no paging`)
  const { value } = await operation(tool.name, { ...args, summary: true })
  const page = toListPage(paging, args, value)
  return { structured: { ...page, result: page.result.map(shortRow) } }
}

function shortRow(agent: unknown): unknown {
  if (!isObject(agent)) return agent
  return Object.fromEntries(Object.entries(agent).filter(([name]) => !LONG_FIELDS.has(name)))
}
