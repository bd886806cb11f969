/** A fake of Lambda over HTTP: invokes functions by name, and stores their reserved concurrency. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pointAwsAt } from './aws-environment.ts'

export interface FakeLambda {
  /** Function name → implementation. An exception becomes an unhandled error. */
  functions: Map<string, (event: unknown) => Promise<unknown>>
  /** The received events. */
  events: unknown[]
  /** Function name → tags and reserved concurrency. A function without an entry can only be invoked. */
  settings: Map<string, { tags: Record<string, string>; reserved?: number }>
  close(): Promise<void>
}

/** Starts the fake on a free port and points the AWS environment of this process at it. */
export async function startFakeLambda(): Promise<FakeLambda> {
  const functions: FakeLambda['functions'] = new Map()
  const events: unknown[] = []
  const settings: FakeLambda['settings'] = new Map()

  const server = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', async () => {
      const setting = settingAnswer(request.method ?? '', request.url ?? '', text, settings)
      if (setting !== undefined) {
        response.writeHead(setting.status, setting.headers).end(setting.body)
        return
      }
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
    settings,
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

/** GetFunction, PutFunctionConcurrency and DeleteFunctionConcurrency; undefined for every other request. */
function settingAnswer(method: string, url: string, text: string, settings: FakeLambda['settings']) {
  const [, name = '', isConcurrency] = /\/functions\/([^/?]+)(\/concurrency)?(?:\?|$)/.exec(url) ?? []
  if (name === '') return undefined
  const found = settings.get(decodeURIComponent(name))
  if (found === undefined) {
    const headers = { 'x-amzn-errortype': 'ResourceNotFoundException' }
    return { status: 404, headers, body: '{"Message":"Function not found"}' }
  }
  if (!isConcurrency) {
    const body = JSON.stringify({ Configuration: { FunctionName: name }, Tags: found.tags })
    return { status: 200, headers: {}, body }
  }
  if (method === 'DELETE') {
    delete found.reserved
    return { status: 204, headers: {}, body: '' }
  }
  const { ReservedConcurrentExecutions: reserved } = JSON.parse(text)
  if (reserved > 900) {
    // AWS's limit on reserved concurrency, with AWS's message.
    const headers = { 'x-amzn-errortype': 'InvalidParameterValueException' }
    const words = "decreases account's UnreservedConcurrentExecution below its minimum value of [100]."
    return { status: 400, headers, body: JSON.stringify({ Message: `Specified value ${words}` }) }
  }
  found.reserved = reserved
  return { status: 200, headers: {}, body: JSON.stringify({ ReservedConcurrentExecutions: reserved }) }
}
