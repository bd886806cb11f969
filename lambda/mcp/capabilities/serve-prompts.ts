/** The connector's prompts over the protocol, with their arguments filled in. Nothing if it has none. */
import { type Prompt, ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server'
import type { ToolFilterConfig } from '../../catalog/tool-filter.ts'
import { toTimestamp } from '../../shared/clock.ts'
import { cutText } from '../../shared/cut-text.ts'
import { capabilitiesFor } from './connector-capabilities.ts'

/** Of one argument: nobody types a longer task. */
const MAX_ARGUMENT_CHARACTERS = 20_000

/** @param listed the tools in the connector's list: for any other, the prompt says how to call it. */
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
      lines.unshift('If a tool below is not in your list, call it through call_gumloop_tool.')
    return {
      description: definition.description,
      messages: [{ role: 'user', content: { type: 'text', text: lines.join('\n') } }],
    }
  })
}

/** The prompt's own arguments, without empty ones. @throws ProtocolError -32602. */
function readArguments(definition: Prompt, sent: Record<string, string>): Record<string, string> {
  const args: Record<string, string> = {}
  for (const { name, required } of definition.arguments ?? []) {
    const value = Object.hasOwn(sent, name) ? (sent[name] ?? '').trim() : ''
    if (required && value === '') throw invalid(`The argument ${name} is required.`)
    if (value.length > MAX_ARGUMENT_CHARACTERS)
      throw invalid(`The argument ${name} is longer than ${MAX_ARGUMENT_CHARACTERS} characters.`)
    if (value !== '') args[name] = value
  }
  return args
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message)
}
