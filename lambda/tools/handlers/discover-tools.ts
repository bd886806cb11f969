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
/** Enough to tell one hit from the next: the whole description comes with the schema. */
const MAX_SHORT_DESCRIPTION_CHARACTERS = 160

/** Tools that match the query, best first. If none does, the result says which topics there are. */
export const searchForTools: ToolHandler = async ({ args, mayCall }) => {
  const query = String(args.query)
  const limit = typeof args.limit === 'number' ? args.limit : DEFAULT_RESULTS
  const result = searchTools(query, availableTo(mayCall), limit).flatMap(name => {
    const tool = findTool(name)
    return tool ? [hit(tool.definition, tool.tags)] : []
  })
  const next_step =
    result.length > 0
      ? 'Get the schema of a match with get_gumloop_tool_schema, then call it with call_gumloop_tool. If nothing fits, search with other words.'
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
  const available = toolIndex().filter(tool => availableTo(mayCall)(tool.name))
  const topics = [...new Set(available.flatMap(tool => tool.tags))].sort().join(', ')
  return `No tool matches. ${didYouMean(query, mayCall)}The tools of this connector cover: ${topics}. Search for one of these topics, or rephrase the query.`
}

/**
 * Definitions of the named tools. Names that this connector does not have are reported with similar ones that it has.
 * @throws AppError `unknown_tool` if it has none of them.
 */
export const getToolSchema: ToolHandler = async ({ args, mayCall }) => {
  const names = [...new Set(Array.isArray(args.names) ? args.names.map(String) : [])]
  const isAvailable = availableTo(mayCall)
  const wrong = names.filter(name => !isAvailable(name))
  if (wrong.length === names.length) throw unknownTool(wrong, mayCall)
  const not_found = wrong.map(name => ({ name, near_misses: nearMisses(name, isAvailable, MAX_NEAR_MISSES) }))
  return {
    structured: {
      result: names.flatMap(name => (isAvailable(name) ? (described(name) ?? []) : [])),
      ...(not_found.length > 0 && { not_found }),
      next_step: 'Call a tool with call_gumloop_tool: pass its name, and its own arguments in arguments.',
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

/** Only calls that cannot be made reach this: `unwrapCall` has already unwrapped all others. */
export const refuseUnknownTool: ToolHandler = async ({ args, mayCall }) => {
  const name = String(args.name)
  if (isDiscoveryTool(name)) {
    throw new AppError('invalid_arguments', `${name} cannot be called through another tool.`, {
      errors: [{ path: 'name', message: 'must name a tool that search_gumloop_tools finds' }],
      nextStep: `Call ${name} directly.`,
      mayHaveTakenEffect: false,
    })
  }
  throw unknownTool([name], mayCall)
}

/** The same text for a tool that does not exist and for one that this connector does not allow. */
function unknownTool(names: string[], mayCall: MayCall): AppError {
  const listed = names.map(name => cutText(name, 80)).join(', ')
  const guesses = names.map(name => didYouMean(name, mayCall)).join('')
  return new AppError('unknown_tool', `This connector has no tool ${listed}.`, {
    nextStep: `${guesses}Find tools with search_gumloop_tools.`,
    mayHaveTakenEffect: false,
  })
}

function didYouMean(name: string, mayCall: MayCall): string {
  const near = nearMisses(name, availableTo(mayCall), MAX_NEAR_MISSES)
  return near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `
}

/** What can be found and called: the allowed tools, without these three. */
function availableTo(mayCall: MayCall): (name: string) => boolean {
  return name => mayCall(name) && !isDiscoveryTool(name)
}
