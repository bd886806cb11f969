/** The tool list of a connector. */
import type { Principal } from '../auth/authenticate.ts'
import { findTool } from '../catalog/catalog.ts'
import type { ToolDefinition } from '../catalog/tool.ts'
import { allowedTools, listedTools } from '../catalog/tool-filter.ts'
import { asListed } from '../tools/executor.ts'

const lists = new Map<string, ToolDefinition[]>()

/** The tools that `tools/list` returns on a connector; made once per filter in an environment. */
export function toolList(config: Principal['config']): ToolDefinition[] {
  const { methods, tags, catalog_version, tool_exposure } = config
  const key = JSON.stringify([methods, tags, catalog_version, tool_exposure])
  let list = lists.get(key)
  if (!list) {
    const allowed = allowedTools(config)
    list = listedTools(config, tool_exposure).flatMap(name => {
      const definition = findTool(name)?.definition
      return definition ? asListed(definition, allowed) : []
    })
    if (lists.size >= 100) lists.clear()
    lists.set(key, list)
  }
  return list
}
