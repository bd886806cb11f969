/**
 * A proxy in front of a table's server (DynamoDB's protocol) that injects failures: it performs a request and loses its
 * answer, answers late, throttles, fails, hangs or refuses.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TableRequest {
  /** `GetItem`. */
  operation: string
  isWrite: boolean
  /** True: the same bytes as a request before, whose answer was lost. */
  isRepetition: boolean
  /** DynamoDB's input of the operation. */
  input: Record<string, unknown>
}

/**
 * What happens to a request. `loseAnswer`: it is performed and the connection is cut. `delayAnswer`: it is performed and
 * answered after `delayMs`. The others do not reach the table.
 */
export type TableFailure = 'loseAnswer' | 'delayAnswer' | 'throttle' | 'fail' | 'hang' | 'refuse'

export interface TableProxy {
  /** `http://127.0.0.1:PORT`, or undefined where it listens on a socket. */
  url: string
  /** Decides about the requests from now on; undefined: all pass. */
  inject(decide: ((request: TableRequest) => TableFailure | undefined) | undefined): void
  /** Requests that met a failure since the start. */
  failures(): number
  /** Requests in flight or hanging at this time. */
  pending(): number
  delayMs: number
  close(): Promise<void>
}

/** Names the real table in a request, where the proxy was not told: `:PORT` or the path of a Unix socket. */
const ADDRESS_HEADER = 'x-table-address'

const WRITES = new Set(['UpdateItem', 'PutItem', 'DeleteItem', 'TransactWriteItems', 'BatchWriteItem'])

export interface TableProxyOptions {
  /** Port of the real table; absent: each request names its table in a header. */
  tablePort?: number
  /** Path of the Unix socket to listen on; absent: a free port. */
  listenOn?: string
}

export async function startTableProxy({ tablePort, listenOn }: TableProxyOptions): Promise<TableProxy> {
  let decide: ((request: TableRequest) => TableFailure | undefined) | undefined
  let failures = 0
  let pending = 0
  const lost = new Set<string>()
  const agent = new http.Agent({ keepAlive: true })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    pending++
    response.on('close', () => pending--)
    response.on('error', () => undefined)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '')
    const text = body.toString()
    const id = `${operation} ${text}`
    const isRepetition = lost.delete(id)
    const failure = decide?.({
      operation,
      isWrite: WRITES.has(operation),
      isRepetition,
      input: text.startsWith('{') ? JSON.parse(text) : {},
    })
    if (failure !== undefined) failures++
    switch (failure) {
      case 'throttle':
        return exception(response, 400, 'ProvisionedThroughputExceededException')
      case 'fail':
        return exception(response, 500, 'InternalServerError')
      case 'refuse':
        return void request.socket.destroy()
      case 'hang':
        return
    }
    const answer = await forward(request, body)
    if (failure === 'loseAnswer') {
      lost.add(id)
      return void request.socket.destroy()
    }
    if (failure === 'delayAnswer') {
      lost.add(id)
      await new Promise(resolve => setTimeout(resolve, proxy.delayMs))
    }
    response.writeHead(answer.status, answer.headers)
    response.end(answer.body)
  }

  function forward({ method, url, headers: received }: IncomingMessage, body: Buffer) {
    const { [ADDRESS_HEADER]: named = `:${tablePort}`, ...headers } = received
    const address = String(named)
    const table = address.startsWith(':')
      ? { host: '127.0.0.1', port: address.slice(1) }
      : { socketPath: address }
    return new Promise<{ status: number; headers: http.OutgoingHttpHeaders; body: Buffer }>(
      (resolve, reject) => {
        const onward = http.request({ ...table, method, path: url, headers, agent }, answer => {
          const parts: Buffer[] = []
          answer.on('data', part => parts.push(part))
          answer.on('error', reject)
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 502,
              headers: answer.headers,
              body: Buffer.concat(parts),
            }),
          )
        })
        onward.on('error', reject)
        onward.end(body)
      },
    )
  }

  const server = http.createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>(resolve =>
    listenOn === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(listenOn, resolve),
  )
  const port = listenOn === undefined ? (server.address() as AddressInfo).port : 0
  const proxy: TableProxy = {
    url: `http://127.0.0.1:${port}`,
    inject: next => {
      decide = next
    },
    failures: () => failures,
    pending: () => pending,
    delayMs: 3_000,
    async close() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
  return proxy
}

function exception(response: ServerResponse, status: number, name: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'injected' }))
}

/** Every write's first answer is lost; its repetition is answered. */
export function losingEveryAcknowledgement({
  isWrite,
  isRepetition,
}: TableRequest): TableFailure | undefined {
  return isWrite && !isRepetition ? 'loseAnswer' : undefined
}
