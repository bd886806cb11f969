/** What is wrong with a connector's filter: names that do not exist, or nothing left. Pure. */
import { nearMisses } from './near-miss.ts'

/** What administration needs to know of the catalog. */
export interface ToolFilter {
  /** Names of the tools that the filter lets through; among `tags` a tool's own name counts as one of its tags. */
  allowedTools(config: { methods: string[]; tags: string[] }): string[]
  /** Every word that `tags` may name: the catalog's tags, and the groups of tools of an account. */
  tags: string[]
  /** Every tool that `methods` may name. */
  toolNames: string[]
}

export const METHOD_GROUPS = ['read', 'write', 'custom']

/** What is wrong with one entry of `methods`, or undefined. */
export function methodError(method: string, { toolNames }: ToolFilter): string | undefined {
  if (METHOD_GROUPS.includes(method) || toolNames.includes(method)) return undefined
  const meant = nearMisses(method, [...METHOD_GROUPS, ...toolNames], 3)
  const valid = `use ${METHOD_GROUPS.join(', ')} or the exact name of a tool`
  return `${quote(method)} is neither a method group nor a tool${didYouMean(meant)}; ${valid}`
}

/** What is wrong with the name of a tool, or undefined. */
export function toolError(name: string, { toolNames }: ToolFilter): string | undefined {
  if (toolNames.includes(name)) return undefined
  return `${quote(name)} is no tool${didYouMean(nearMisses(name, toolNames, 3))}; use the exact name of a tool`
}

/** What is wrong with one entry of `tags`, or undefined. */
export function tagError(tag: string, { tags }: ToolFilter): string | undefined {
  if (tags.includes(tag)) return undefined
  return `${quote(tag)} is no tag${didYouMean(nearMisses(tag, tags, 1))}; the tags are ${tags.join(', ')}`
}

/** What is wrong with the two together, or undefined. */
export function emptyFilterError(
  config: { methods: string[]; tags: string[] },
  { allowedTools }: ToolFilter,
): string | undefined {
  if (allowedTools(config).length > 0) return undefined
  return 'methods and tags together leave no tool: a tool passes only when it passes both; drop one of them, or widen it'
}

function didYouMean(words: string[]): string {
  return words.length === 0 ? '' : `; did you mean ${words.join(' or ')}?`
}

/** What the caller wrote, short and on one line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
