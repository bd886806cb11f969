/** The catalog at run time: the index of all tools, and a tool's whole entry, parsed when first asked for. */
import { TOOL_BODIES, TOOL_INDEX } from './compiled-catalog.ts'
import type { CatalogTool, ToolIndexEntry } from './tool.ts'

const parsed = new Map<string, CatalogTool>()

/** Every tool in the catalog's stable order. */
export function toolIndex(): readonly ToolIndexEntry[] {
  return TOOL_INDEX
}

/** The tool of that exact name, or undefined. Names from outside are safe: only own keys are looked at. */
export function findTool(name: string): CatalogTool | undefined {
  const known = parsed.get(name)
  if (known) return known
  const entry = TOOL_INDEX.find(one => one.name === name)
  const body = entry && Object.hasOwn(TOOL_BODIES, name) ? TOOL_BODIES[name] : undefined
  if (!entry || body === undefined) return undefined
  const tool: CatalogTool = { ...entry, ...JSON.parse(body) } // our own build output: no check needed
  parsed.set(name, tool)
  return tool
}
