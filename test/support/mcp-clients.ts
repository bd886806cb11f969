/** The two generations of official MCP clients, connected to a URL. */
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

export interface AnyClient {
  callTool(request: { name: string; arguments?: Record<string, unknown> }): Promise<unknown>
  listTools(): Promise<{ tools: { name: string }[] }>
  close(): Promise<void>
}

/** The name of each client with the protocol version that it speaks, and how to connect it. */
export const MCP_CLIENTS: [name: string, connect: (url: URL) => Promise<AnyClient>][] = [
  [
    'sdk 1.x (2025-11-25)',
    async url => {
      const client = new OldClient({ name: 'story', version: '1.0.0' })
      await client.connect(new OldTransport(url))
      return client as AnyClient
    },
  ],
  [
    'client 2.x (2026-07-28)',
    async url => {
      const client = new ModernClient(
        { name: 'story', version: '2.0.0' },
        { versionNegotiation: { mode: { pin: '2026-07-28' } } },
      )
      await client.connect(new ModernTransport(url))
      const version = client.getNegotiatedProtocolVersion()
      if (version !== '2026-07-28') throw new Error(`The server speaks ${version}, not 2026-07-28`)
      return client as AnyClient
    },
  ],
]
