/** What a connector has beside its tools: resource templates, prompts, completion. Made once per filter. */
import type { Prompt, ResourceTemplateType } from '@modelcontextprotocol/server'
import type { ToolFilterConfig } from '../../catalog/tool-filter.ts'
import { artifactTemplates } from './artifact-templates.ts'
import { BY_NAME } from './artifact-uri.ts'
import { ICONS } from './icon.ts'
import { PROMPTS, type PromptRecord, stepsFor } from './prompts.ts'

export interface ConnectorCapabilities {
  templates: ResourceTemplateType[]
  prompts: { definition: Prompt; steps: string[]; text: PromptRecord['text'] }[]
  /** Whether any argument can be completed. */
  completes: boolean
}

const made = new Map<string, ConnectorCapabilities>()

export function capabilitiesFor(config: ToolFilterConfig): ConnectorCapabilities {
  const { methods, tags, catalog_version } = config
  const key = JSON.stringify([methods, tags, catalog_version])
  let capabilities = made.get(key)
  if (!capabilities) {
    capabilities = makeCapabilities(config)
    if (made.size >= 100) made.clear()
    made.set(key, capabilities)
  }
  return capabilities
}

function makeCapabilities(config: ToolFilterConfig): ConnectorCapabilities {
  const templates = artifactTemplates(config).map(template => ({ ...template, icons: ICONS }))
  const prompts = PROMPTS.flatMap(record => {
    const steps = stepsFor(record, config)
    const definition = { ...record.definition, icons: ICONS }
    return steps ? [{ definition, steps, text: record.text }] : []
  })
  const completes =
    templates.some(({ uriTemplate }) => uriTemplate === BY_NAME) ||
    prompts.some(({ definition }) => definition.arguments?.some(({ name }) => isCompletable(name)))
  return { templates, prompts, completes }
}

/** Arguments of prompts that are names in Gumloop. */
export function isCompletable(argument: string): argument is 'agent' | 'flow' {
  return argument === 'agent' || argument === 'flow'
}
