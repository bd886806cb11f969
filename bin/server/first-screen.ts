/** What the local server prints when it is ready. Pure: values in, text out. */
import { commandLine } from '../installation.ts'

export interface FirstScreen {
  origin: string
  /** Absent if an earlier start created one: only its hash is stored. */
  connectorUrl?: string
  /** The account that is served. */
  accountId: string
  /** Connectors of an earlier version that this start revoked (`separateSandbox`). */
  revokedConnectors: number
  gumloop: { kind: 'sandbox'; overviewUrl: string } | { kind: 'gumloop'; baseUrl: string }
  dataFolder: string
  isPublic: boolean
}

export function firstScreen(screen: FirstScreen): string {
  const { origin, connectorUrl, accountId, revokedConnectors, gumloop, dataFolder, isPublic } = screen
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

${connector(connectorUrl, accountId)}${revoked(revokedConnectors)}
  Try it in MCP Inspector
    npx -y @modelcontextprotocol/inspector --cli "${url}" --transport http --method tools/list

  Add it to ChatGPT
${chatGpt(isPublic)}
  Manage connectors
    ${origin}/console (sign in with the token in ${dataFolder}/admin-token), or ${commandLine('cli', 'connector list')}

Press Ctrl+C to stop the server. Its data is kept for the next start.
`
}

function connector(connectorUrl: string | undefined, accountId: string): string {
  if (connectorUrl === undefined) {
    return `  Connector   the URL from the first start is still valid. It was shown only once, because only its hash is stored.
              To create a new one: ${commandLine('cli', `connector create --name mine --account ${accountId}`)}
`
  }
  return `  Connector   ${connectorUrl}
              Shown only once. Treat it like a password: whoever has it can use Gumloop through this server.
`
}

/** Said once: the start that revokes them is the last one that finds them. */
function revoked(connectors: number): string {
  if (connectors === 0) return ''
  const subject =
    connectors === 1
      ? '1 connector of an earlier version was'
      : `${connectors} connectors of an earlier version were`
  return `              ${subject} revoked, because the sandbox and Gumloop shared them.
`
}

function chatGpt(isPublic: boolean): string {
  const paste =
    '    Settings → Apps (or Plugins) → Advanced → Developer mode, then Create: paste the connector URL, without authentication.\n'
  if (isPublic) return paste
  return `    ChatGPT cannot reach localhost. Open a tunnel to this port, and restart with --public-url <tunnel URL>. Then:\n${paste}`
}
