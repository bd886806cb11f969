/**
 * How a connector's filter and exposure select tools (docs/administration.md), from any list of tools: the catalog at run time
 * (`tool-filter.ts`), or the console's copy of it. Pure.
 */
import type { FilteredTool } from './tool.ts'

export type ToolExposure = 'all' | 'essentials' | 'discovery'

export interface ToolFilterConfig {
  /** `read`, `write`, `custom` or exact tool names; empty: every tool. */
  methods: readonly string[]
  /** A tool passes with at least one of them, or with its own name among them; empty: every tool. */
  tags: readonly string[]
  /**
   * Tools that came with a later version of the catalog do not pass, unless they are named: an update of the product widens
   * no connector. Absent: 1, what connectors without a version were made with.
   */
  catalog_version?: number
}

/** The tools that find and call the others. The filter does not apply to them but to what they find and call. */
export const DISCOVERY_TOOLS = [
  'search_gumloop_tools',
  'get_gumloop_tool_schema',
  'call_gumloop_tool',
] as const

/** True for a discovery tool. */
export function isDiscoveryTool(name: string): boolean {
  return (DISCOVERY_TOOLS as readonly string[]).includes(name)
}

/** True for a tool that passes `methods` AND `tags`, and that the connector knows. */
export function passes(
  tool: FilteredTool,
  { methods, tags, catalog_version = 1 }: ToolFilterConfig,
): boolean {
  const isNamed = methods.includes(tool.name) || tags.includes(tool.name)
  const byMethod = methods.length === 0 || methods.includes(tool.methodGroup) || methods.includes(tool.name)
  const byTag = tags.length === 0 || tags.includes(tool.name) || tags.some(tag => hasTag(tool, tag))
  return byMethod && byTag && (isNamed || tool.since <= catalog_version)
}

/** `tag` up to a version of the catalog: what a tool group means by a tag (`tool-group.ts`). */
export function tagUpTo(tag: string, version: number): string {
  return `${tag}@${version}`
}

function hasTag(tool: FilteredTool, tag: string): boolean {
  const at = tag.indexOf('@')
  if (at < 0) return tool.tags.includes(tag)
  return tool.tags.includes(tag.slice(0, at)) && tool.since <= Number(tag.slice(at + 1))
}

/** The tools that pass the filter, in the order of `tools`. */
export function allowedOf<Tool extends FilteredTool>(
  tools: readonly Tool[],
  config: ToolFilterConfig,
): Tool[] {
  return tools.filter(tool => !isDiscoveryTool(tool.name) && passes(tool, config))
}

/** The tools that `tools/list` shows: a subset of the allowed ones, plus the discovery tools if the exposure includes them. */
export function listedOf<Tool extends FilteredTool>(
  tools: readonly Tool[],
  config: ToolFilterConfig,
  exposure: ToolExposure,
): Tool[] {
  const allowed = allowedOf(tools, config)
  const discovery = tools.filter(({ name }) => isDiscoveryTool(name))
  if (exposure === 'all') return allowed
  if (exposure === 'discovery') return discovery
  const listed = allowed.filter(({ essential }) => essential)
  return listed.length < allowed.length ? [...listed, ...discovery] : listed
}

/** ChatGPT refuses tool lists above about so many tokens (o200k_base). */
const MOST_LIST_TOKENS = 16_000

/** What to say of a tool list that some clients refuse; undefined for all others. */
export function listWarning(tokens: number): string | undefined {
  if (tokens <= MOST_LIST_TOKENS) return undefined
  return `This tool list has ${tokens.toLocaleString('en')} tokens. ChatGPT refuses lists above about ${MOST_LIST_TOKENS.toLocaleString('en')}, and long lists make any model less reliable. List fewer tools: the essentials, search only, or a restriction by methods or tags.`
}
