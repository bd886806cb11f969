/** The catalog as an administrator chooses from it: tools, tags, and the tokens that each tool costs a model. */
import { CATALOG_VERSION, findTool, toolIndex } from '../catalog/catalog.ts'
import { TOOL_TOKENS } from '../catalog/compiled-token-counts.ts'
import { isDiscoveryTool } from '../catalog/filter-rule.ts'
import type { MethodGroup } from '../catalog/tool.ts'
import { knownTags } from '../catalog/tool-filter.ts'
import { METHOD_GROUPS } from './tool-filter-errors.ts'

export interface CatalogEntry {
  name: string
  title: string
  method_group: MethodGroup
  tags: string[]
  /** Listed by the exposure `essentials`. */
  essential: boolean
  /** Version of the catalog that it came with. */
  since: number
  /**
   * One of the three tools that find and call the others: listed by `discovery`, and by `essentials` where that hides
   * tools.
   */
  discovery: boolean
  /** Tokens (o200k_base) that its definition adds to a tool list. */
  tokens: number
}

export interface CatalogView {
  /** The newest version: what a new connector is made with. */
  version: number
  methods: string[]
  tags: string[]
  tools: CatalogEntry[]
}

/** In the catalog's own order. */
export function catalogView(): CatalogView {
  const tools = toolIndex().map(({ name, methodGroup, tags, essential, since }) => ({
    name,
    title: findTool(name)?.definition.title ?? name,
    method_group: methodGroup,
    tags,
    essential,
    since,
    discovery: isDiscoveryTool(name),
    tokens: TOOL_TOKENS[name] ?? 0,
  }))
  return { version: CATALOG_VERSION, methods: METHOD_GROUPS, tags: knownTags(), tools }
}
