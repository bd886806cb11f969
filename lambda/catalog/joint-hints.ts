/** The safety hints of a tool that can call any of several others. */
import { toolIndex } from './catalog.ts'
import type { ToolAnnotations } from './tool.ts'

/**
 * The hints that hold for every call to one of `names`: read-only and idempotent if all are, destructive or open-world if one
 * is. Parses no tool, so that a tool list stays cheap.
 */
export function jointHints(names: readonly string[]): ToolAnnotations {
  const wanted = new Set(names)
  const hints = toolIndex().flatMap(tool => (wanted.has(tool.name) ? tool.annotations : []))
  return {
    readOnlyHint: hints.every(one => one.readOnlyHint),
    destructiveHint: hints.some(one => one.destructiveHint),
    idempotentHint: hints.every(one => one.idempotentHint),
    openWorldHint: hints.some(one => one.openWorldHint),
  }
}
