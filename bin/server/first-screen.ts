/** What the local server prints when it is ready. Pure: values in, text out. */
import { commandLine } from '../installation.ts'

export interface FirstScreen {
  origin: string
  /** Absent if an earlier start created it: only its hash is stored. */
  connectorUrl?: string
  gumloop: { kind: 'sandbox'; overviewUrl: string } | { kind: 'gumloop'; baseUrl: string }
  dataFolder: string
  isPublic: boolean
}

export function firstScreen(screen: FirstScreen): string {
  const { origin, connectorUrl, gumloop, dataFolder, isPublic } = screen
  const url = connectorUrl ?? '<connector URL>'
  const serving =
    gumloop.kind === 'sandbox'
      ? `the sandbox, a local Gumloop simulator (contents: ${gumloop.overviewUrl})`
      : `Gumloop at ${gumloop.baseUrl}`
  return `
Gumloop MCP server

  Listening   ${origin}
  Serving     ${serving}
  Data        ${dataFolder}

${connector(connectorUrl)}
  Try it in MCP Inspector
    npx -y @modelcontextprotocol/inspector --cli "${url}" --transport http --method tools/list

  Add it to ChatGPT
${chatGpt(isPublic)}
  Manage connectors
    ${origin}/console (sign in with the token in ${dataFolder}/admin-token), or ${commandLine('cli', 'connector list')}

Press Ctrl+C to stop the server. Its data is kept for the next start.
`
}

function connector(connectorUrl: string | undefined): string {
  if (connectorUrl === undefined) {
    return `  Connector   the URL from the first start is still valid. It was shown only once, because only its hash is stored.
              To create a new one: ${commandLine('cli', 'connector create --name mine --account local')}
`
  }
  return `  Connector   ${connectorUrl}
              Shown only once. Treat it like a password: whoever has it can use Gumloop through this server.
`
}

function chatGpt(isPublic: boolean): string {
  const paste =
    '    Settings → Apps (or Plugins) → Advanced → Developer mode, then Create: paste the connector URL, without authentication.\n'
  if (isPublic) return paste
  return `    ChatGPT cannot reach localhost. Open a tunnel to this port, and restart with --public-url <tunnel URL>. Then:\n${paste}`
}
