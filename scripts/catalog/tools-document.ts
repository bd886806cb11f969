/** The catalogue as `docs/tools.md`. Pure. */
import type { CatalogueTool, ToolDefinition } from '../../lambda/catalog/tool.ts'
import { listTokens } from './tool-list-cost.ts'

/** One connector whose list is counted. */
export interface MeasuredList {
  /** What its `config` says, in Markdown. */
  config: string
  tools: readonly ToolDefinition[]
}

const INTRODUCTION = `# Tools

Made by \`npm run docs\` from the catalogue; a test fails when it is not current. Do not edit.

A tool is listed by default when it is essential. The others are found with the discovery tools, which stand beside the
essential ones where a connector allows more than these, or listed by a connector whose \`tool_exposure\` is \`all\`.
Columns: the method group and tags are what a connector's \`methods\` and \`tags\` name; the effect is what clients are told by
the hints (reads; changes; destructive: can delete, stop, replace or start something that may; "reaches out": may touch
things outside Gumloop); tokens are those of one definition.
`

/** The whole document. `lists` are shown in the order given; `searchQuality` is a section of its own, as it is. */
export function toolsDocument(
  tools: readonly CatalogueTool[],
  lists: readonly MeasuredList[],
  searchQuality: string,
): string {
  const tags = [...new Set(tools.map(sectionOf))]
  return [
    INTRODUCTION,
    '## What a list costs a model\n',
    'Tokens of o200k_base over the JSON of the list.\n',
    table(
      ['Connector', 'Tools', 'Tokens'],
      lists.map(list => [list.config, String(list.tools.length), thousands(listTokens(list.tools))]),
    ),
    searchQuality,
    ...tags.map(tag => section(tag, tools)),
  ].join('\n')
}

/** Every tool stands once, under its first tag; the three that have none find the others. */
function sectionOf(tool: CatalogueTool): string {
  return tool.tags[0] ?? 'discovery'
}

function section(tag: string, tools: readonly CatalogueTool[]): string {
  const rows = tools
    .filter(tool => sectionOf(tool) === tag)
    .map(({ definition, methodGroup, tags, essential, plan }) => [
      `\`${definition.name}\``,
      definition.title,
      plan ? `\`${plan.method} ${plan.path}\`` : 'ours',
      methodGroup,
      tags.join(', '),
      effect(definition),
      essential ? 'yes' : '',
      String(listTokens([definition])),
    ])
  const columns = ['Tool', 'Title', 'Gumloop', 'Group', 'Tags', 'Effect', 'By default', 'Tokens']
  return `## ${tag}\n\n${table(columns, rows)}`
}

function effect({ annotations }: ToolDefinition): string {
  if (annotations.readOnlyHint) return annotations.openWorldHint ? 'reads; reaches out' : 'reads'
  const kind = annotations.destructiveHint ? 'destructive' : 'changes'
  return annotations.openWorldHint ? `${kind}; reaches out` : kind
}

function table(columns: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return `${[line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}

function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
