/** `gumloop-mcp connector test` */
import { listWarning } from '../../lambda/catalog/filter-rule.ts'
import { usageFailure } from './cli-failure.ts'
import type { Command, Context } from './command.ts'
import { type ListedTool, type Probe, probeNew, probeOld } from './mcp-probe.ts'
import { renderTable } from './terminal.ts'

export const CONNECTOR_TEST_COMMAND: Command = {
  words: ['connector', 'test'],
  about: 'show the tools that a model sees at a connector URL, and their token counts',
  argument: 'URL',
  options: {},
  examples: [
    'connector test "$CONNECTOR_URL"',
    'connector test - < url.txt',
    'connector test "$CONNECTOR_URL" --json',
  ],
  async run(context) {
    const { terminal, env } = context
    const url = await readUrl(context)
    const apiToken = env.GUMLOOP_MCP_API_TOKEN?.trim()
    const target = { url, ...(apiToken ? { apiToken } : {}) }
    const probes = [await probeOld(target), await probeNew(target)]
    const count = await tokenCounter()
    const counted = probes.map(probe => ({
      ...probe,
      tokens: count(probe.tools.map(({ definition }) => definition)),
    }))
    const tools = counted[0]?.tools ?? []
    const warning = listWarning(Math.max(...counted.map(({ tokens }) => tokens)))
    if (warning !== undefined) terminal.note(warning)
    if (terminal.wantsJson) {
      return terminal.json({
        protocols: counted.map(toJson),
        tools: tools.map(tool => ({ name: tool.name, title: tool.title, tokens: count([tool.definition]) })),
      })
    }
    for (const probe of counted) terminal.line(summary(probe, terminal.paint('green', 'ok')))
    terminal.line()
    const rows = tools.map(tool => [tool.name, tool.title, accessOf(tool), String(count([tool.definition]))])
    for (const line of renderTable(['TOOL', 'TITLE', 'ACCESS', 'TOKENS'], rows, terminal.paint))
      terminal.line(line)
  },
}

/** The URL from the argument, or from a pipe. It is a password, so no message repeats it. */
async function readUrl({ args, terminal }: Context): Promise<string> {
  const text = args.id === '-' ? await terminal.readSecret('Connector URL (hidden): ') : args.id
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && /\/mcp\/./.test(url.pathname)) return url.href
  throw usageFailure('Not a connector URL.', 'Expected https://…/mcp/gmcp_…, or - to read it from a pipe.')
}

function summary(
  { protocol, server, tools, tokens, durationMs }: Probe & { tokens: number },
  ok: string,
): string {
  return `${ok}  protocol ${protocol}: ${server}, ${tools.length} tools, ${tokens} tokens, ${durationMs} ms`
}

function toJson({
  protocol,
  server,
  tools,
  tokens,
  durationMs,
  instructionsLength,
}: Probe & { tokens: number }) {
  return {
    protocol,
    server,
    tool_count: tools.length,
    tokens,
    instructions_characters: instructionsLength,
    duration_ms: durationMs,
  }
}

function accessOf({ annotations }: ListedTool): string {
  if (annotations.readOnlyHint === true) return 'read'
  return annotations.destructiveHint === false ? 'write' : 'destructive'
}

/** Counts o200k_base tokens. Imported on demand, since loading the encoding takes longer than most commands. */
async function tokenCounter(): Promise<(definitions: unknown[]) => number> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base')
  return definitions => countTokens(JSON.stringify(definitions))
}
