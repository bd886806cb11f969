/** Which tools a selection allows and lists, and their token counts, by the same rule as the server. Pure. */
import type { CatalogEntry, CatalogView } from '../lambda/admin/catalog-view.ts'
import { allowedOf, listedOf, type ToolExposure } from '../lambda/catalog/filter-rule.ts'
import { effectiveTags, type ToolGroupDefinition } from '../lambda/connectors/tool-group.ts'

export interface ToolChoice {
  methods: string[]
  /** Tags of the catalog and names of groups. */
  tags: string[]
  /** Of the connector; absent: the newest. */
  catalog_version?: number
}

export interface ToolPreview {
  /** Tools that may be called. */
  allowed: CatalogEntry[]
  /** Tools in the tool list for each exposure, and their tokens. */
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
  const { methods, catalog_version = catalog.version } = choice
  const filter = { methods, tags: effectiveTags(choice.tags, definitions), catalog_version }
  const listed = (exposure: ToolExposure) => {
    const found = listedOf(tools, filter, exposure)
    return { tools: found, tokens: found.reduce((sum, { tokens }) => sum + tokens, 0) }
  }
  return {
    allowed: allowedOf(tools, filter),
    listed: { all: listed('all'), essentials: listed('essentials'), discovery: listed('discovery') },
  }
}

/** The restrictions of a connector in one line: `read, write · artifacts`. */
export function describeLimits({ methods, tags }: ToolChoice): string {
  const parts = [methods, tags].filter(words => words.length > 0).map(summary)
  return parts.length === 0 ? 'all tools' : parts.join(' · ')
}

function summary(words: string[]): string {
  return words.length <= 3 ? words.join(', ') : `${words.slice(0, 2).join(', ')} and ${words.length - 2} more`
}
