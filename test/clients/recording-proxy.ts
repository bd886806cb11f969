/** A proxy between a real client and the server that records every exchange and changes nothing. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Exchange {
  /** `POST /mcp/TOKEN`: the connector's token is replaced. */
  request: string
  /** The JSON-RPC method in the body, if any. */
  rpc: string | undefined
  /** The `MCP-Protocol-Version` header. */
  version: string | undefined
  status: number
  /** Content type of the response, without parameters. */
  answers: string | undefined
  requestHeaders: http.IncomingHttpHeaders
  requestBody: string
  responseBody: string
}

export interface RecordingProxy {
  /** The connector's URL, through this proxy. */
  url: string
  /** The exchanges so far, in the order of their responses. */
  exchanges: Exchange[]
  /** Each exchange as `POST tools/list 200` or `GET /mcp/TOKEN 405`, for comparison. */
  lines: () => string[]
  close: () => Promise<void>
}

/** Listens on loopback and forwards to the server of `connectorUrl`. */
export async function startRecordingProxy(connectorUrl: string): Promise<RecordingProxy> {
  const target = new URL(connectorUrl)
  const token = target.pathname.split('/').at(-1) ?? ''
  const exchanges: Exchange[] = []
  const proxy = http.createServer(async (incoming, outgoing) => {
    const requestBody = (await read(incoming)).toString()
    const forwarded = http.request(
      {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, host: target.host },
      },
      async answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
        const responseBody = (await read(answer)).toString()
        exchanges.push({
          request: `${incoming.method} ${incoming.url?.replaceAll(token, 'TOKEN')}`,
          rpc: rpcMethod(requestBody),
          version: incoming.headers['mcp-protocol-version']?.toString(),
          status: answer.statusCode ?? 0,
          answers: answer.headers['content-type']?.split(';')[0],
          requestHeaders: incoming.headers,
          requestBody,
          responseBody,
        })
      },
    )
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forwarded.destroy())
    forwarded.end(requestBody)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo // a server that listens on TCP has an address object
  return {
    url: `http://127.0.0.1:${port}${target.pathname}`,
    exchanges,
    lines: () =>
      exchanges.map(({ request, rpc, status }) => `${rpc === undefined ? request : `POST ${rpc}`} ${status}`),
    close: () =>
      new Promise(resolve => {
        proxy.closeAllConnections()
        proxy.close(() => resolve())
      }),
  }
}

async function read(message: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function rpcMethod(body: string): string | undefined {
  try {
    const { method } = JSON.parse(body)
    return typeof method === 'string' ? method : undefined
  } catch {
    return undefined
  }
}
