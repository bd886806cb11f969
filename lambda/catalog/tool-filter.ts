/** Which tools a connector may call, and which of those its list shows (design 4.2). Pure. */
import { toolIndex } from './catalogue.ts'
import type { ToolIndexEntry } from './tool.ts'

export type ToolExposure = 'all' | 'essentials' | 'discovery'

export interface ToolFilterConfig {
  /** `read`, `write`, `custom` or exact tool names; empty: every tool. */
  methods: readonly string[]
  /** A tool passes with at least one of them, or with its own name among them; empty: every tool. */
  tags: readonly string[]
}

/** The three that find and call the others. They stand outside the filter: they obey it in what they find and call. */
export const DISCOVERY_TOOLS = [
  'search_gumloop_tools',
  'get_gumloop_tool_schema',
  'call_gumloop_tool',
] as const

/** True for one of the three. */
export function isDiscoveryTool(name: string): boolean {
  return (DISCOVERY_TOOLS as readonly string[]).includes(name)
}

function passes(tool: ToolIndexEntry, { methods, tags }: ToolFilterConfig): boolean {
  const byMethod = methods.length === 0 || methods.includes(tool.methodGroup) || methods.includes(tool.name)
  const byTag = tags.length === 0 || tags.includes(tool.name) || tool.tags.some(tag => tags.includes(tag))
  return byMethod && byTag
}

/** Names of the tools that the filter lets through, in the catalogue's order. `methods` AND `tags`. */
export function allowedTools(config: ToolFilterConfig): string[] {
  return toolIndex()
    .filter(tool => !isDiscoveryTool(tool.name) && passes(tool, config))
    .map(tool => tool.name)
}

/** Names that `tools/list` shows: a subset of the allowed ones, plus discovery tools where the exposure has them. */
export function listedTools(config: ToolFilterConfig, exposure: ToolExposure): string[] {
  const allowed = allowedTools(config)
  const discovery = toolIndex()
    .map(tool => tool.name)
    .filter(isDiscoveryTool)
  if (exposure === 'all') return allowed
  if (exposure === 'discovery') return discovery
  const essential = new Set(
    toolIndex()
      .filter(tool => tool.essential)
      .map(tool => tool.name),
  )
  const listed = allowed.filter(name => essential.has(name))
  return listed.length < allowed.length ? [...listed, ...discovery] : listed
}

/** True for a tool that a connector with this filter may call by name, listed or not. */
export function mayCall(name: string, config: ToolFilterConfig): boolean {
  const tool = toolIndex().find(one => one.name === name)
  return tool !== undefined && (isDiscoveryTool(name) || passes(tool, config))
}

/** Every tag of the catalogue, sorted: what `tags` may name. */
export function knownTags(): string[] {
  return [...new Set(toolIndex().flatMap(tool => tool.tags))].sort()
}
