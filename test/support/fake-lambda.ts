/** Lambda's Invoke over HTTP: functions by name, called with the event as Lambda would. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pointAwsAt } from './aws-environment.ts'

export interface FakeLambda {
  /** Function name → what it does. One that throws answers as an unhandled error. */
  functions: Map<string, (event: unknown) => Promise<unknown>>
  /** Events that arrived. */
  events: unknown[]
  close(): Promise<void>
}

/** Starts it on a free port and points the AWS environment of this process at it. */
export async function startFakeLambda(): Promise<FakeLambda> {
  const functions: FakeLambda['functions'] = new Map()
  const events: unknown[] = []

  const server = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', async () => {
      const name = decodeURIComponent(/\/functions\/([^/]+)\/invocations/.exec(request.url ?? '')?.[1] ?? '')
      const run = functions.get(name)
      if (run === undefined) {
        response
          .writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' })
          .end('{"Message":"not found"}')
        return
      }
      const event: unknown = JSON.parse(text)
      events.push(event)
      try {
        response.end(JSON.stringify(await run(event)))
      } catch {
        response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end('{"errorMessage":"boom"}')
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  pointAwsAt({ AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  return {
    functions,
    events,
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
