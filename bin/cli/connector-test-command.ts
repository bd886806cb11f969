/** `gumloop-mcp connector test` */
import { usageFailure } from './cli-failure.ts'
import type { Command, Context } from './command.ts'
import { type ListedTool, type Probe, probeNew, probeOld } from './mcp-probe.ts'
import { renderTable } from './terminal.ts'

export const CONNECTOR_TEST_COMMAND: Command = {
  words: ['connector', 'test'],
  about: 'show what a model would see behind a connector URL, and what that costs it',
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
    const measured = probes.map(probe => ({
      ...probe,
      tokens: count(probe.tools.map(({ definition }) => definition)),
    }))
    const tools = measured[0]?.tools ?? []
    if (terminal.wantsJson) {
      return terminal.json({
        protocols: measured.map(toJson),
        tools: tools.map(tool => ({ name: tool.name, title: tool.title, tokens: count([tool.definition]) })),
      })
    }
    for (const probe of measured) terminal.line(summary(probe, terminal.paint('green', 'ok')))
    terminal.line()
    const rows = tools.map(tool => [tool.name, tool.title, kindOf(tool), String(count([tool.definition]))])
    for (const line of renderTable(['TOOL', 'TITLE', 'KIND', 'TOKENS'], rows, terminal.paint))
      terminal.line(line)
  },
}

/** The URL as it was given, or from a pipe. It is a password: nothing that is said of it repeats it. */
async function readUrl({ given, terminal }: Context): Promise<string> {
  const text = given.id === '-' ? await terminal.readSecret('Connector URL (not shown): ') : given.id
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && /\/mcp\/./.test(url.pathname)) return url.href
  throw usageFailure(
    'That is no connector URL.',
    'It looks like https://…/mcp/gmcp_…; - reads it from a pipe.',
  )
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

function kindOf({ annotations }: ListedTool): string {
  if (annotations.readOnlyHint === true) return 'reads'
  return annotations.destructiveHint === false ? 'writes' : 'writes, with care'
}

/** Tokens of o200k_base of what is sent. Loaded here, since the encoding takes longer to load than most commands to run. */
async function tokenCounter(): Promise<(definitions: unknown[]) => number> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base')
  return definitions => countTokens(JSON.stringify(definitions))
}
