/** The rules for every response, however hostile the request: a documented status, and JSON-RPC where it has a body. */
import { isDeepStrictEqual } from 'node:util'
import type { RawAnswer } from './raw-http.ts'

/** Every status of the MCP endpoint, and when it is sent. `docs/conformance.md` prints this. */
export const STATUSES: Record<number, string> = {
  200: 'the answer to a request, or a JSON-RPC error in its body',
  202: 'a notification was accepted',
  204: 'preflight request (OPTIONS) of a browser with an allowed origin',
  400: 'not HTTP, not JSON, not a JSON-RPC message, a batch, or invalid in its protocol version',
  401: 'on `/mcp` without a valid token in the header',
  403: 'a Host or an Origin that is not allowed',
  404: 'unknown path, invalid token; with 2026-07-28 also an unknown method',
  405: 'any method other than POST',
  408: 'the request took too long to arrive (local server; API Gateway has its own limit)',
  413: 'a body of more than 5 MB',
  415: 'a content type other than JSON',
  417: 'an `Expect` that is not `100-continue` (local server)',
  431: 'headers of more than 16 KB (local server; API Gateway has its own limit)',
}

/** The violations of a response. `ids`: the ID of the message, if it had one. */
export function errorsOf({ status, headers, body }: RawAnswer, ids: unknown[] = []): string[] {
  const errors: string[] = []
  if (!(status in STATUSES)) errors.push(`undocumented status ${status}`)
  if (body === '') return errors
  const type = headers['content-type']?.split(';')[0]
  if (type === 'text/event-stream') return [...errors, ...streamErrors(body, ids)]
  if (type !== 'application/json') return [...errors, `content type ${type}`]
  return [...errors, ...messageErrors(body, ids)]
}

function streamErrors(body: string, ids: unknown[]): string[] {
  const frames = body.split('\n\n').filter(frame => frame !== '' && !frame.startsWith(':'))
  return frames.flatMap(frame => {
    const data = /^event: message\ndata: (.*)$/.exec(frame)?.[1]
    if (data === undefined) return [`a frame that is none: ${frame.slice(0, 100)}`]
    return 'method' in JSON.parse(data) ? [] : messageErrors(data, ids)
  })
}

function messageErrors(text: string, ids: unknown[]): string[] {
  let message: Record<string, unknown>
  try {
    message = JSON.parse(text)
  } catch {
    return [`not JSON: ${text.slice(0, 200)}`]
  }
  const { jsonrpc, id, result, error, ...rest } = message
  const errors = Object.keys(rest).map(name => `a message with ${name}`)
  if (jsonrpc !== '2.0') errors.push('no JSON-RPC 2.0')
  if ((result === undefined) === (error === undefined)) errors.push('neither result nor error, or both')
  // Half a character cannot be sent back: every outgoing text is valid Unicode.
  const known = ids.map(one => (typeof one === 'string' ? one.toWellFormed() : one))
  if (id !== null && !known.some(one => isDeepStrictEqual(one, id))) errors.push('an id that nobody sent')
  if (error !== undefined && !isError(error))
    errors.push(`an error without code or message: ${text.slice(0, 200)}`)
  return errors
}

function isError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return false
  return Number.isInteger(error.code) && typeof error.message === 'string' && error.message !== ''
}
