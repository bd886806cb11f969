/** The artifact templates of a connector: those whose tools it may call. */
import type { ResourceTemplateType } from '@modelcontextprotocol/server'
import { mayCall, type ToolFilterConfig } from '../../catalog/tool-filter.ts'
import { BY_ID, BY_NAME } from './artifact-uri.ts'

/** The tool that a read is counted as. */
export const READ = 'read_gumloop_artifact'
/** The tools that finding an artifact by name uses. */
export const FIND = ['list_all_gumloop_agents', 'list_all_gumloop_artifacts'] as const

const TEMPLATES: { needs: readonly string[]; template: ResourceTemplateType }[] = [
  {
    needs: [READ],
    template: {
      uriTemplate: BY_ID,
      name: 'artifact',
      title: 'Artifact by id',
      description:
        'A file that an agent created: its text, or its bytes up to 3 MB. Get the id from list_all_gumloop_artifacts.',
    },
  },
  {
    needs: [READ, ...FIND],
    template: {
      uriTemplate: BY_NAME,
      name: 'artifact-of-agent',
      title: 'Artifact by agent and file name',
      description: 'The newest file with that name that the agent created. Both names can be completed.',
    },
  },
]

export function artifactTemplates(config: ToolFilterConfig): ResourceTemplateType[] {
  return TEMPLATES.filter(({ needs }) => needs.every(tool => mayCall(tool, config))).map(
    ({ template }) => template,
  )
}
