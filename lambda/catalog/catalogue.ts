/** The catalogue at run time: the index of all tools, and a tool's whole entry, parsed when first asked for. */
import { TOOL_BODIES, TOOL_INDEX } from './compiled-catalogue.ts'
import type { CatalogueTool, ToolIndexEntry } from './tool.ts'

const parsed = new Map<string, CatalogueTool>()

/** Every tool in the catalogue's stable order. */
export function toolIndex(): readonly ToolIndexEntry[] {
  return TOOL_INDEX
}

/** The tool of that exact name, or undefined. Names from outside are safe: only own keys are looked at. */
export function findTool(name: string): CatalogueTool | undefined {
  const known = parsed.get(name)
  if (known) return known
  const entry = TOOL_INDEX.find(one => one.name === name)
  const body = entry && Object.hasOwn(TOOL_BODIES, name) ? TOOL_BODIES[name] : undefined
  if (!entry || body === undefined) return undefined
  const tool: CatalogueTool = { ...entry, ...JSON.parse(body) } // our own build output: no check needed
  parsed.set(name, tool)
  return tool
}
