/** Which tools a choice leaves, which of them a model sees, and what that costs it: by the very rule that the server applies. Pure. */
import type { CatalogEntry, CatalogView } from '../lambda/admin/catalog-view.ts'
import { allowedOf, listedOf, type ToolExposure } from '../lambda/catalog/filter-rule.ts'
import { effectiveTags, type ToolGroupDefinition } from '../lambda/connectors/tool-group.ts'

export interface ToolChoice {
  methods: string[]
  /** Tags of the catalog and names of groups. */
  tags: string[]
}

export interface ToolPreview {
  /** What may be called. */
  allowed: CatalogEntry[]
  /** What the tool list shows, for each exposure, and its tokens. */
  listed: Record<ToolExposure, { tools: CatalogEntry[]; tokens: number }>
}

export const EXPOSURES: readonly ToolExposure[] = ['essentials', 'all', 'discovery']

export function previewTools(
  catalog: CatalogView,
  groups: readonly (ToolGroupDefinition & { name: string })[],
  choice: ToolChoice,
): ToolPreview {
  const tools = catalog.tools.map(tool => ({ ...tool, methodGroup: tool.method_group }))
  const definitions = Object.fromEntries(groups.map(group => [group.name, group]))
  const filter = { methods: choice.methods, tags: effectiveTags(choice.tags, definitions) }
  const listed = (exposure: ToolExposure) => {
    const found = listedOf(tools, filter, exposure)
    return { tools: found, tokens: found.reduce((sum, { tokens }) => sum + tokens, 0) }
  }
  return {
    allowed: allowedOf(tools, filter),
    listed: { all: listed('all'), essentials: listed('essentials'), discovery: listed('discovery') },
  }
}

/** `read, write · artifacts`: what a connector is limited to, in one line. */
export function limitsInWords({ methods, tags }: ToolChoice): string {
  const parts = [methods, tags].filter(words => words.length > 0).map(summary)
  return parts.length === 0 ? 'every tool' : parts.join(' · ')
}

function summary(words: string[]): string {
  return words.length <= 3 ? words.join(', ') : `${words.slice(0, 2).join(', ')} and ${words.length - 2} more`
}
