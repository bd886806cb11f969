/** What a connector has beside its tools: templates of resources, prompts, completions. Made once per filter. */
import type { Prompt, ResourceTemplateType } from '@modelcontextprotocol/server'
import type { ToolFilterConfig } from '../catalog/tool-filter.ts'
import { ICONS } from './icon.ts'
import { PROMPTS, type PromptRecord, stepsFor } from './prompts/prompts.ts'
import { artifactTemplates } from './resources/artifact-templates.ts'
import { BY_NAME } from './resources/artifact-uri.ts'

export interface Offers {
  templates: ResourceTemplateType[]
  prompts: { definition: Prompt; steps: string[]; text: PromptRecord['text'] }[]
  /** Whether some argument has names that can be completed. */
  completes: boolean
}

const made = new Map<string, Offers>()

export function offersFor({ methods, tags }: ToolFilterConfig): Offers {
  const key = JSON.stringify([methods, tags])
  let offers = made.get(key)
  if (!offers) {
    offers = makeOffers({ methods, tags })
    if (made.size >= 100) made.clear()
    made.set(key, offers)
  }
  return offers
}

function makeOffers(config: ToolFilterConfig): Offers {
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

/** Arguments of prompts that hold a name out of Gumloop. */
export function isCompletable(argument: string): argument is 'agent' | 'flow' {
  return argument === 'agent' || argument === 'flow'
}
