/** How many tokens the tool list of a connector has, by the rule and the counts of the server. */
import type { CatalogView } from '../../lambda/admin/catalog-view.ts'
import { listedOf } from '../../lambda/catalog/filter-rule.ts'
import type { ConnectorRecord } from '../../lambda/connectors/connector.ts'
import { effectiveTags, type ToolGroupRecord } from '../../lambda/connectors/tool-group.ts'
import type { Api } from './api.ts'

export async function listTokensOf({ account_id, config }: ConnectorRecord, api: Api): Promise<number> {
  const catalog = await api.request<CatalogView>('GET', '/catalog')
  const hasGroups = config.tags.some(tag => !catalog.tags.includes(tag))
  const groups = hasGroups
    ? await api.list<ToolGroupRecord>(`/accounts/${encodeURIComponent(account_id)}/tool-groups`)
    : []
  const definitions = Object.fromEntries(groups.map(group => [group.name, group]))
  const tools = catalog.tools.map(tool => ({ ...tool, methodGroup: tool.method_group }))
  const filter = { ...config, tags: effectiveTags(config.tags, definitions) }
  return listedOf(tools, filter, config.tool_exposure).reduce((sum, { tokens }) => sum + tokens, 0)
}
