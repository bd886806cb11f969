/** A fake of CloudWatch Logs' FilterLogEvents over HTTP (JSON 1.1). Rejects unsigned requests. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pointAwsAt } from './aws-environment.ts'

export interface FakeCloudWatchLogs {
  /** Adds one line to a log group. */
  log(logGroupName: string, timestampMs: number, message: string): void
  /** Inputs that arrived since the last call, in order. */
  takeInputs(): Record<string, unknown>[]
  /** The number of events that one response scans before it returns a token; the service scans a megabyte. */
  lookAtOnce(events: number): void
  /** The next request fails with this error. */
  failNext(type: string): void
  close(): Promise<void>
}

interface Input {
  logGroupName: string
  startTime: number
  endTime: number
  filterPattern: string
  limit: number
  startFromHead?: boolean
  nextToken?: string
}

/** Starts the fake on a free port and points the AWS environment of this process at it. */
export async function startFakeCloudWatchLogs(): Promise<FakeCloudWatchLogs> {
  const groups = new Map<string, { timestamp: number; message: string }[]>()
  let inputs: Record<string, unknown>[] = []
  let eventsAtOnce = 1000
  let failure: string | undefined

  function answer(input: Input): { status: number; body: Record<string, unknown> } {
    if (failure !== undefined) {
      const type = failure
      failure = undefined
      return { status: 400, body: { __type: type } }
    }
    const [, from = '0'] = /^at-(\d+)$/.exec(input.nextToken ?? 'at-0') ?? []
    if (input.nextToken !== undefined && !/^at-\d+$/.test(input.nextToken))
      return { status: 400, body: { __type: 'InvalidParameterException' } }
    const within = (groups.get(input.logGroupName) ?? [])
      .filter(({ timestamp }) => timestamp >= input.startTime && timestamp <= input.endTime)
      .sort((a, b) => b.timestamp - a.timestamp)
    const events = []
    let at = Number(from)
    for (; at < Math.min(within.length, Number(from) + eventsAtOnce); at++) {
      const event = within[at]
      if (event !== undefined && matches(input.filterPattern, event.message)) events.push(event)
      if (events.length === input.limit) {
        at++
        break
      }
    }
    return { status: 200, body: { events, ...(at < within.length && { nextToken: `at-${at}` }) } }
  }

  const server = createServer((request, response) => {
    const signed = String(request.headers.authorization).includes('/us-east-1/logs/aws4_request')
    let text = ''
    request.setEncoding('utf8')
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      const input = JSON.parse(text)
      inputs.push(input)
      const { status, body } = signed
        ? answer(input)
        : { status: 403, body: { __type: 'UnrecognizedClientException' } }
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  pointAwsAt({ AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${port}` })
  return {
    log: (name, timestamp, message) =>
      void groups.set(name, [...(groups.get(name) ?? []), { timestamp, message }]),
    takeInputs() {
      const taken = inputs
      inputs = []
      return taken
    },
    lookAtOnce(events) {
      eventsAtOnce = events
    },
    failNext(type) {
      failure = type
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

/** `{ ($.a = "x") && ($.b = "y") }`, the part of the pattern language that the product uses. */
function matches(pattern: string, message: string): boolean {
  const line = JSON.parse(message)
  return [...pattern.matchAll(/\$\.(\w+) = "([^"]*)"/g)].every(([, name = '', value]) => line[name] === value)
}
