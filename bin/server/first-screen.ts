/** What the local server prints when it is ready. Pure: values in, text out. */
export interface FirstScreen {
  origin: string
  /** Absent when an earlier start minted it: only its hash was kept. */
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
      ? `the sandbox, a stand-in for Gumloop (${gumloop.overviewUrl} shows what is in it)`
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
    ${origin}/console (its token is in ${dataFolder}/admin-token), or npm run -s cli -- connector list

Ctrl+C stops the server; everything is kept for the next start.
`
}

function connector(connectorUrl: string | undefined): string {
  if (connectorUrl === undefined) {
    return `  Connector   the URL from the first start still holds (it was shown once, only its hash is kept).
              A new one: npm run -s cli -- connector create --name mine --account local
`
  }
  return `  Connector   ${connectorUrl}
              Shown this once: it is a password. Whoever has it can use Gumloop through this server.
`
}

function chatGpt(isPublic: boolean): string {
  const paste =
    '    Settings → Apps (or Plugins) → Advanced → Developer mode, then Create: paste the connector URL, no authentication.\n'
  if (isPublic) return paste
  return `    ChatGPT cannot reach localhost. Open a tunnel to this port and start again with --public-url <tunnel URL>, then:\n${paste}`
}
