/** The connectors whose tool lists are measured, for the document and for the limits that a test checks. */
import { CATALOG_VERSION, findTool } from '../../lambda/catalog/catalog.ts'
import { listedTools, type ToolExposure } from '../../lambda/catalog/tool-filter.ts'
import type { MeasuredList } from './tools-document.ts'

interface Config {
  methods?: readonly string[]
  tags?: readonly string[]
  tool_exposure?: ToolExposure
}

/** The first is the default connector. */
const CONFIGS: readonly Config[] = [
  {},
  { tool_exposure: 'discovery' },
  { tool_exposure: 'all' },
  { methods: ['read'] },
  { methods: ['read'], tool_exposure: 'all' },
  { tags: ['artifacts'] },
  { tags: ['flows'] },
  { methods: ['list_all_gumloop_agents', 'create_a_gumloop_session'] },
]

/** What `tools/list` shows on each of these connectors, from the compiled catalog. */
export function measuredLists(): MeasuredList[] {
  return CONFIGS.map(config => {
    const { methods = [], tags = [], tool_exposure = 'essentials' } = config
    const names = listedTools({ methods, tags, catalog_version: CATALOG_VERSION }, tool_exposure)
    return {
      config: Object.keys(config).length === 0 ? 'the default' : `\`${JSON.stringify(config)}\``,
      tools: names.flatMap(name => findTool(name)?.definition ?? []),
    }
  })
}
