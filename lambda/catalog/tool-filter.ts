/** Which tools of the catalog a connector may call, and which of those its list shows (docs/administration.md). Pure. */
import { toolIndex } from './catalog.ts'
import {
  allowedOf,
  isDiscoveryTool,
  listedOf,
  passes,
  type ToolExposure,
  type ToolFilterConfig,
} from './filter-rule.ts'

export { DISCOVERY_TOOLS, isDiscoveryTool, type ToolExposure, type ToolFilterConfig } from './filter-rule.ts'

/** Names of the tools that pass the filter (`methods` AND `tags`), in the catalog's order. */
export function allowedTools(config: ToolFilterConfig): string[] {
  return allowedOf(toolIndex(), config).map(({ name }) => name)
}

/** Names that `tools/list` shows: a subset of the allowed ones, plus the discovery tools if the exposure includes them. */
export function listedTools(config: ToolFilterConfig, exposure: ToolExposure): string[] {
  return listedOf(toolIndex(), config, exposure).map(({ name }) => name)
}

/** True for a tool that a connector with this filter may call by name, listed or not. */
export function mayCall(name: string, config: ToolFilterConfig): boolean {
  const tool = toolIndex().find(one => one.name === name)
  return tool !== undefined && (isDiscoveryTool(name) || passes(tool, config))
}

/** Every tag of the catalog, sorted: what `tags` may name. */
export function knownTags(): string[] {
  return [...new Set(toolIndex().flatMap(tool => tool.tags))].sort()
}
