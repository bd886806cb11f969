/** The tool list of a connector. */
import type { Principal } from '../auth/authenticate.ts'
import { findTool } from '../catalog/catalog.ts'
import type { ToolDefinition } from '../catalog/tool.ts'
import { allowedTools, listedTools } from '../catalog/tool-filter.ts'
import { MAX_RESULT_CHARACTERS, resultCharacters } from '../connectors/connector.ts'
import { asListed } from '../tools/executor.ts'

const lists = new Map<string, ToolDefinition[]>()

/** The tools that `tools/list` returns on a connector; made once per filter and size of results in an environment. */
export function toolList(config: Principal['config']): ToolDefinition[] {
  const { methods, tags, catalog_version, tool_exposure } = config
  const maxCharacters = resultCharacters(config)
  const key = JSON.stringify([methods, tags, catalog_version, tool_exposure, maxCharacters])
  let list = lists.get(key)
  if (!list) {
    const allowed = allowedTools(config)
    list = listedTools(config, tool_exposure).flatMap(name => {
      const definition = findTool(name)?.definition
      return definition ? withResultSize(asListed(definition, allowed), maxCharacters) : []
    })
    if (lists.size >= 100) lists.clear()
    lists.set(key, list)
  }
  return list
}

/** Claude Code takes more than 25,000 tokens only where the tool says how many characters to expect. */
function withResultSize(definition: ToolDefinition, maxCharacters: number): ToolDefinition {
  if (maxCharacters <= MAX_RESULT_CHARACTERS.default) return definition
  return { ...definition, _meta: { ...definition._meta, 'anthropic/maxResultSizeChars': maxCharacters } }
}
