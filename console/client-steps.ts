/** How to put a connector URL into each client. Pure. */

export interface ClientSteps {
  name: string
  /** One sentence each; text between backticks is something to type or paste. */
  steps: string[]
  /** A file to copy, where the client is set up by one. */
  file?: { name: string; text: string }
  /** What this client cannot do, where the reader should know. */
  note?: string
}

/** Steps for this URL. With an API token asked for, clients that cannot send one say so. */
export function clientSteps(url: string, needsApiToken: boolean): ClientSteps[] {
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
  const noHeaders = 'It cannot send an API token, which this connector asks for.'
  const unreachable =
    'It reaches public HTTPS only: open a tunnel to this server and start it again with `--public-url`.'
  const notes = (...found: (string | false)[]) => {
    const text = found.filter(one => one !== false).join(' ')
    return text === '' ? {} : { note: text }
  }
  return [
    {
      name: 'ChatGPT',
      steps: [
        'Open Settings → Apps (newly named Plugins) → Advanced, and switch Developer mode on.',
        'Choose Create, give it a name, and paste the URL as the MCP server URL.',
        'Authentication: No authentication. The URL is the key.',
        'In a chat, choose it under Developer mode, and ask for an agent or a flow.',
      ],
      ...notes(isLocal && unreachable, needsApiToken && noHeaders),
    },
    {
      name: 'Claude',
      steps: [
        'Open Settings → Connectors → Add custom connector.',
        'Give it a name, paste the URL, and leave the OAuth fields empty.',
        'In a chat, switch it on under the tools button.',
      ],
      ...notes(isLocal && unreachable, needsApiToken && noHeaders),
    },
    {
      name: 'Cursor',
      steps: [
        'Put this into `~/.cursor/mcp.json` (or `.cursor/mcp.json` in a project).',
        'Switch it on under Settings → MCP.',
      ],
      file: { name: 'mcp.json', text: json({ url, ...(needsApiToken && { headers: HEADERS }) }) },
    },
    {
      name: 'mcp_config.json',
      steps: ['For clients that only start programs: `mcp-remote` is the bridge. It needs Node.'],
      file: {
        name: 'mcp_config.json',
        text: json({
          command: 'npx',
          args: [
            '-y',
            'mcp-remote',
            url,
            // biome-ignore lint/suspicious/noTemplateCurlyInString: mcp-remote itself puts the variable in
            ...(needsApiToken ? ['--header', 'Authorization:${AUTH_HEADER}'] : []),
          ],
          ...(needsApiToken && { env: { AUTH_HEADER: HEADERS.Authorization } }),
        }),
      },
    },
  ]
}

const HEADERS = { Authorization: 'Bearer YOUR-API-TOKEN' }

function json(server: object): string {
  return JSON.stringify({ mcpServers: { gumloop: server } }, null, 2)
}
