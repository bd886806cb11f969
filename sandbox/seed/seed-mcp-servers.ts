/** The MCP servers of the sandbox: two connected, one that requires a sign-in. */
export interface McpTool {
  name: string
  description: string
  input_schema: Record<string, unknown>
  /** The text that a call returns. */
  run: (args: Record<string, unknown>) => string
}

export interface McpServerSeed {
  id: string
  name: string
  type: 'gumcp_server' | 'gumstack_server' | 'mcp_server'
  status: 'connected' | 'unauthenticated'
  description: string
  tools: McpTool[]
}

const text = { type: 'string' }

export const MCP_SERVERS: readonly McpServerSeed[] = [
  {
    id: 'gumloop_slack',
    name: 'Slack',
    type: 'gumcp_server',
    status: 'connected',
    description: 'Send and read Slack messages.',
    tools: [
      {
        name: 'slack_send_message',
        description: 'Send a message to a channel.',
        input_schema: { type: 'object', properties: { channel: text, text }, required: ['channel', 'text'] },
        run: args => `Message sent to ${String(args.channel)}`,
      },
      {
        name: 'slack_list_channels',
        description: 'List the channels you are in.',
        input_schema: { type: 'object', properties: {} },
        run: () => '#general, #repairs, #lisbon-wheels',
      },
    ],
  },
  {
    id: 'gumloop_aws',
    name: 'AWS',
    type: 'gumcp_server',
    status: 'connected',
    description: 'Read the inventory of cloud accounts.',
    tools: [
      {
        name: 'aws_list_buckets',
        description: 'List storage buckets with their public access setting.',
        input_schema: { type: 'object', properties: { account: text } },
        run: () => 'hf-invoices-archive (public), hf-catalog (private)',
      },
    ],
  },
  {
    id: 'gumloop_ledger',
    name: 'Ledger',
    type: 'mcp_server',
    status: 'unauthenticated',
    description: 'Book and pay.',
    tools: [
      {
        name: 'pay_expense',
        description: 'Pay an expense claim.',
        input_schema: { type: 'object', properties: { claim: text }, required: ['claim'] },
        run: args => `Paid ${String(args.claim)}`,
      },
    ],
  },
]

export function findServer(id: string): McpServerSeed | undefined {
  return MCP_SERVERS.find(server => server.id === id)
}
