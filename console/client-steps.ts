/** How to add a connector URL to each client. Pure. */

export interface ClientSteps {
  name: string
  /** One sentence each; text in backticks is to be typed or pasted. */
  steps: string[]
  /** Configuration file to copy, if the client has one. */
  file?: { name: string; text: string }
  /** A limitation of this client. */
  note?: string
}

/** Steps for this URL. If it requires an API token, clients that cannot send one get a note. */
export function clientSteps(url: string, needsApiToken: boolean): ClientSteps[] {
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
  const noHeaders = 'It cannot send an API token, which this connector requires.'
  const unreachable =
    'It needs a public HTTPS URL: open a tunnel to this server, and restart it with `--public-url`.'
  const notes = (...found: (string | false)[]) => {
    const text = found.filter(one => one !== false).join(' ')
    return text === '' ? {} : { note: text }
  }
  return [
    {
      name: 'ChatGPT',
      steps: [
        'Open Settings → Apps (or Plugins) → Advanced, and turn on Developer mode.',
        'Choose Create, give it a name, and paste the URL as the MCP server URL.',
        'For authentication, choose No authentication: the URL contains the token.',
        'In a chat, select it under Developer mode, and ask for an agent or a flow.',
      ],
      ...notes(isLocal && unreachable, needsApiToken && noHeaders),
    },
    {
      name: 'Claude',
      steps: [
        'Open Settings → Connectors → Add custom connector.',
        'Give it a name, paste the URL, and leave the OAuth fields empty.',
        'In a chat, turn it on under the tools button.',
      ],
      ...notes(isLocal && unreachable, needsApiToken && noHeaders),
    },
    {
      name: 'Cursor',
      steps: [
        'Add this to `~/.cursor/mcp.json` (or `.cursor/mcp.json` in a project).',
        'Turn it on under Settings → MCP.',
      ],
      file: { name: 'mcp.json', text: json({ url, ...(needsApiToken && { headers: HEADERS }) }) },
    },
    {
      name: 'mcp_config.json',
      steps: [
        'For clients that can only start local programs: `mcp-remote` connects them. It requires Node.js.',
      ],
      file: {
        name: 'mcp_config.json',
        text: json({
          command: 'npx',
          args: [
            '-y',
            'mcp-remote',
            url,
            // biome-ignore lint/suspicious/noTemplateCurlyInString: mcp-remote replaces the variable
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
