/** The catalog at run time: the index of all tools, and each tool's whole entry, parsed on first use. */
import { TOOL_BODIES, TOOL_INDEX } from './compiled-catalog.ts'
import type { CatalogTool, FilteredTool, ToolDefinition, ToolIndexEntry } from './tool.ts'

/** What the compiled catalog has of a tool beside its entry in the index. */
interface ToolBody extends Omit<CatalogTool, keyof FilteredTool | 'definition'> {
  definition: Omit<ToolDefinition, 'name' | 'annotations'>
}

/** The newest version of the catalog: what a new connector is made with. */
export const CATALOG_VERSION = Math.max(...TOOL_INDEX.map(({ since }) => since))

const parsed = new Map<string, CatalogTool>()

/** Every tool in the catalog's stable order. */
export function toolIndex(): readonly ToolIndexEntry[] {
  return TOOL_INDEX
}

/** The tool of that exact name, or undefined. Safe for names from callers: only own keys are read. */
export function findTool(name: string): CatalogTool | undefined {
  const known = parsed.get(name)
  if (known) return known
  const entry = TOOL_INDEX.find(one => one.name === name)
  const body = entry && Object.hasOwn(TOOL_BODIES, name) ? TOOL_BODIES[name] : undefined
  if (!entry || body === undefined) return undefined
  const { annotations, ...filtered } = entry
  const { definition, ...rest }: ToolBody = JSON.parse(body) // our own build output: no check needed
  const tool: CatalogTool = { ...filtered, definition: { name, ...definition, annotations }, ...rest }
  parsed.set(name, tool)
  return tool
}
