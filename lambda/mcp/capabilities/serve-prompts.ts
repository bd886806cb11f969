/** Prompts over the protocol: those of the connector, filled in. Nothing where it has none. */
import { type Prompt, ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server'
import type { ToolFilterConfig } from '../../catalog/tool-filter.ts'
import { toTimestamp } from '../../shared/clock.ts'
import { cutText } from '../../shared/cut-text.ts'
import { capabilitiesFor } from './connector-capabilities.ts'

/** Of one argument: more is no task that a person types. */
const MAX_ARGUMENT_CHARACTERS = 20_000

/**
 * @param listed names that the connector's tool list shows: a step with another one says how to reach it.
 */
export function servePrompts(
  server: Server,
  { config, listed, nowMs }: { config: ToolFilterConfig; listed: readonly string[]; nowMs: number },
): void {
  const { prompts } = capabilitiesFor(config)
  if (prompts.length === 0) return
  server.registerCapabilities({ prompts: { listChanged: false } })
  server.setRequestHandler('prompts/list', () => ({ prompts: prompts.map(({ definition }) => definition) }))
  server.setRequestHandler('prompts/get', ({ params }) => {
    const found = prompts.find(({ definition }) => definition.name === params.name)
    if (!found) throw invalid(`Unknown prompt: ${cutText(params.name, 128)}`)
    const { definition, steps, text } = found
    const lines = [text(readArguments(definition, params.arguments ?? {}), steps, toTimestamp(nowMs))]
    if (steps.some(tool => !listed.includes(tool)))
      lines.unshift('A tool below that is not in your list is run through call_gumloop_tool.')
    return {
      description: definition.description,
      messages: [{ role: 'user', content: { type: 'text', text: lines.join('\n') } }],
    }
  })
}

/** The arguments that the prompt knows, without empty ones. @throws ProtocolError -32602. */
function readArguments(definition: Prompt, given: Record<string, string>): Record<string, string> {
  const args: Record<string, string> = {}
  for (const { name, required } of definition.arguments ?? []) {
    const value = Object.hasOwn(given, name) ? (given[name] ?? '').trim() : ''
    if (required && value === '') throw invalid(`The prompt needs the argument ${name}.`)
    if (value.length > MAX_ARGUMENT_CHARACTERS)
      throw invalid(`The argument ${name} is longer than ${MAX_ARGUMENT_CHARACTERS} characters.`)
    if (value !== '') args[name] = value
  }
  return args
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message)
}
