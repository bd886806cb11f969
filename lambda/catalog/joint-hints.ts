/** What a tool that may run any of several others must say of its own safety. */
import { toolIndex } from './catalog.ts'
import type { ToolAnnotations } from './tool.ts'

/**
 * The hints that are true of every call to one of `names`: read-only and repeatable when all are, destructive or open
 * to the world when one is. Reads no definitions, so that a tool list costs nothing more.
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
