/** The three tools that find, describe and run the others, always within what the connector allows. */
import { findTool, toolIndex } from '../../catalog/catalog.ts'
import { nearMisses, searchTools } from '../../catalog/search.ts'
import type { ToolDefinition } from '../../catalog/tool.ts'
import { isDiscoveryTool } from '../../catalog/tool-filter.ts'
import type { MayCall } from '../../runs/observe/run-state.ts'
import { cutText } from '../../shared/cut-text.ts'
import { AppError } from '../../shared/errors.ts'
import type { ToolHandler } from '../tool-call.ts'

/** Where the caller does not say. */
const DEFAULT_RESULTS = 5
const MAX_NEAR_MISSES = 3
/** A hit must only be told from its neighbours: the whole description comes with the schema. */
const MAX_SHORT_DESCRIPTION_CHARACTERS = 160

/** Tools that fit the words, best first. Nothing found is an answer too: it says what there is to be found. */
export const searchForTools: ToolHandler = async ({ args, mayCall }) => {
  const query = String(args.query)
  const limit = typeof args.limit === 'number' ? args.limit : DEFAULT_RESULTS
  const result = searchTools(query, offeredBy(mayCall), limit).flatMap(name => {
    const tool = findTool(name)
    return tool ? [hit(tool.definition, tool.tags)] : []
  })
  const next_step =
    result.length > 0
      ? 'Read the schema of what fits with get_gumloop_tool_schema, then use it with call_gumloop_tool. If nothing fits, search with other words.'
      : nothingFound(query, mayCall)
  return { structured: { result, next_step } }
}

function hit({ name, title, description, annotations }: ToolDefinition, tags: string[]) {
  return { name, title, description: shortened(description), read_only: annotations.readOnlyHint, tags }
}

/** Its first sentence, or the first clause of a long one. */
function shortened(description: string): string {
  const [sentence = ''] = description.split(/(?<=[.;]) /)
  if (sentence.length <= MAX_SHORT_DESCRIPTION_CHARACTERS) return sentence.replace(/;$/, '.')
  const cut = sentence.slice(0, MAX_SHORT_DESCRIPTION_CHARACTERS)
  return `${cut.slice(0, cut.lastIndexOf(' '))}…`
}

function nothingFound(query: string, mayCall: MayCall): string {
  const offered = toolIndex().filter(tool => offeredBy(mayCall)(tool.name))
  const topics = [...new Set(offered.flatMap(tool => tool.tags))].sort().join(', ')
  return `No tool fits these words. ${didYouMean(query, mayCall)}The tools of this connector are about: ${topics}. Search with one of these words, or say it differently.`
}

/**
 * Definitions of the tools named. Names that this connector does not offer are reported with what they may have meant.
 * @throws AppError `unknown_tool` when none of them is offered.
 */
export const getToolSchema: ToolHandler = async ({ args, mayCall }) => {
  const names = [...new Set(Array.isArray(args.names) ? args.names.map(String) : [])]
  const isOffered = offeredBy(mayCall)
  const wrong = names.filter(name => !isOffered(name))
  if (wrong.length === names.length) throw unknownTool(wrong, mayCall)
  const not_found = wrong.map(name => ({ name, near_misses: nearMisses(name, isOffered, MAX_NEAR_MISSES) }))
  return {
    structured: {
      result: names.flatMap(name => (isOffered(name) ? (described(name) ?? []) : [])),
      ...(not_found.length > 0 && { not_found }),
      next_step: 'Use a tool with call_gumloop_tool: its name, and its own fields in arguments.',
    },
  }
}

function described(name: string): Record<string, unknown> | undefined {
  const definition = findTool(name)?.definition
  if (!definition) return undefined
  const { title, description, inputSchema, outputSchema, annotations } = definition
  return {
    name,
    title,
    description,
    input_schema: inputSchema,
    output_schema: outputSchema,
    hints: {
      read_only: annotations.readOnlyHint,
      destructive: annotations.destructiveHint,
      idempotent: annotations.idempotentHint,
      open_world: annotations.openWorldHint,
    },
  }
}

/** Only what cannot be run comes here: `unwrapCall` has turned every other call into the call that it stands for. */
export const refuseUnknownTool: ToolHandler = async ({ args, mayCall }) => {
  const name = String(args.name)
  if (isDiscoveryTool(name)) {
    throw new AppError('invalid_arguments', `${name} is not called through another tool.`, {
      errors: [{ path: 'name', message: 'must name a tool that search_gumloop_tools finds' }],
      nextStep: `Call ${name} by itself.`,
      mayHaveTakenEffect: false,
    })
  }
  throw unknownTool([name], mayCall)
}

/** The same words for a tool that does not exist and for one that this connector does not allow. */
function unknownTool(names: string[], mayCall: MayCall): AppError {
  const listed = names.map(name => cutText(name, 80)).join(', ')
  const guesses = names.map(name => didYouMean(name, mayCall)).join('')
  return new AppError('unknown_tool', `This connector has no tool ${listed}.`, {
    nextStep: `${guesses}Find tools with search_gumloop_tools.`,
    mayHaveTakenEffect: false,
  })
}

function didYouMean(name: string, mayCall: MayCall): string {
  const near = nearMisses(name, offeredBy(mayCall), MAX_NEAR_MISSES)
  return near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `
}

/** What can be found and called: the allowed tools without the three themselves. */
function offeredBy(mayCall: MayCall): (name: string) => boolean {
  return name => mayCall(name) && !isDiscoveryTool(name)
}
