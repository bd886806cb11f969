/** Errors in a connector's tool filter: unknown names, or no tool left. Pure. */

import { cutText } from '../shared/cut-text.ts'
import { nearMisses } from './near-miss.ts'

/** What administration needs to know about the catalog. */
export interface ToolFilter {
  /** Names of the tools that pass the filter. In `tags`, a tool's own name counts as one of its tags. */
  allowedTools(config: { methods: string[]; tags: string[]; catalog_version?: number }): string[]
  /** Everything that `tags` may name: the catalog's tags and the account's tool groups. */
  tags: string[]
  /** Every tool that `methods` may name. */
  toolNames: string[]
  /** The newest version of the catalog. */
  catalogVersion: number
}

export const METHOD_GROUPS = ['read', 'write', 'custom']

/** The error in one entry of `methods`, or undefined. */
export function methodError(method: string, { toolNames }: ToolFilter): string | undefined {
  if (METHOD_GROUPS.includes(method) || toolNames.includes(method)) return undefined
  const meant = nearMisses(method, [...METHOD_GROUPS, ...toolNames], 3)
  const valid = `Use ${METHOD_GROUPS.join(', ')} or the exact name of a tool`
  return `unknown method ${quote(method)}${didYouMean(meant)} ${valid}`
}

/** The error in the name of a tool, or undefined. */
export function toolError(name: string, { toolNames }: ToolFilter): string | undefined {
  if (toolNames.includes(name)) return undefined
  return `unknown tool ${quote(name)}${didYouMean(nearMisses(name, toolNames, 3))} Use the exact name of a tool`
}

/** The error in one entry of `tags`, or undefined. */
export function tagError(tag: string, { tags }: ToolFilter): string | undefined {
  if (tags.includes(tag)) return undefined
  return `unknown tag ${quote(tag)}${didYouMean(nearMisses(tag, tags, 1))} Available tags: ${tags.join(', ')}`
}

/** The error in the combination of both, or undefined. */
export function emptyFilterError(
  config: { methods: string[]; tags: string[]; catalog_version?: number },
  { allowedTools, catalogVersion }: ToolFilter,
): string | undefined {
  if (allowedTools(config).length > 0) return undefined
  if (allowedTools({ ...config, catalog_version: catalogVersion }).length > 0) {
    return `every tool that matches was added after this connector was made; accept them with catalog_version ${catalogVersion}`
  }
  return 'no tool matches both methods and tags; remove one of these filters, or widen it'
}

function didYouMean(words: string[]): string {
  return words.length === 0 ? '.' : `; did you mean ${words.join(' or ')}?`
}

/** What the caller wrote, short and on one line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${cutText(text, 60)}…` : text)
}
