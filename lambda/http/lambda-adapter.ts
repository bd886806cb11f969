/**
 * Adapters from API Gateway (REST, Lambda proxy) to the core: a streaming handler and a buffered one. Lambda does not
 * report that a client disconnected, so only the deadline ends a call.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import type { HttpRequest, HttpResponse } from '../shared/http-message.ts'
import { BUFFERED_DEADLINE_MS, bodyTooLarge, LAMBDA_MARGIN_MS, MAX_BODY_BYTES } from './limits.ts'

type App = (request: HttpRequest) => Promise<HttpResponse>
/** Resolves when background work is done: a frozen environment would never finish it. */
type Settle = () => Promise<void>

/** The part of Lambda's global `awslambda` that we use; absent outside the managed runtime. */
interface ResponseStream extends NodeJS.WritableStream {
  setContentType?: (type: string) => void
}
export interface AwsLambdaGlobal {
  streamifyResponse(
    handler: (event: APIGatewayProxyEvent, stream: ResponseStream, context: Context) => Promise<void>,
  ): unknown
  HttpResponseStream: {
    from(
      stream: ResponseStream,
      prelude: { statusCode: number; headers: Record<string, string> },
    ): NodeJS.WritableStream
  }
}

/** For `ResponseTransferMode: STREAM`. */
export function streamingHandler(app: App, settle: Settle, runtime: AwsLambdaGlobal): unknown {
  return runtime.streamifyResponse(async (event, responseStream, context) => {
    const { status, headers, body } = await app(
      toHttpRequest(event, Date.now() + context.getRemainingTimeInMillis() - LAMBDA_MARGIN_MS),
    )
    const stream = runtime.HttpResponseStream.from(responseStream, { statusCode: status, headers })
    if (typeof body === 'string') {
      // Even an empty body must be written: it opens the stream, without which the gateway never gets the prelude.
      stream.write(body)
    } else {
      for await (const chunk of body) {
        if (!stream.write(chunk)) await new Promise(resolve => stream.once('drain', resolve))
      }
    }
    stream.end()
    await settle()
  })
}

/** For `ResponseTransferMode: BUFFERED`: the gateway's deadline applies, and a stream is collected into one body. */
export function bufferedHandler(app: App, settle: Settle) {
  return async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    const leftMs = Math.min(BUFFERED_DEADLINE_MS, context.getRemainingTimeInMillis() - LAMBDA_MARGIN_MS)
    const { status, headers, body } = await app(toHttpRequest(event, Date.now() + leftMs))
    let text = ''
    if (typeof body === 'string') text = body
    else for await (const chunk of body) text += chunk
    await settle()
    return { statusCode: status, headers, body: text }
  }
}

const NEVER_ABORTED = new AbortController().signal

function toHttpRequest(event: APIGatewayProxyEvent, deadlineMs: number): HttpRequest {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {}))
    headers[name.toLowerCase()] = (values ?? []).join(', ')
  for (const [name, value] of Object.entries(event.headers ?? {})) headers[name.toLowerCase()] ??= value ?? ''
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  return {
    method: event.httpMethod,
    path: event.path,
    query: new URLSearchParams(
      Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
        (values ?? []).map((value): [string, string] => [name, value]),
      ),
    ).toString(),
    headers,
    readBody: async () => {
      if (body.length > MAX_BODY_BYTES) throw bodyTooLarge()
      return body
    },
    signal: NEVER_ABORTED,
    deadlineMs,
    sourceAddress: event.requestContext.identity?.sourceIp,
    requestId: event.requestContext.requestId,
  }
}
