/** Sends a response. */
import type { ServerResponse } from 'node:http'
import type { ApiResponse } from './api-response.ts'

function bodyOf(content: ApiResponse): { bytes: Buffer; contentType: string | null } {
  if (content.json !== undefined) {
    return { bytes: Buffer.from(JSON.stringify(content.json)), contentType: 'application/json' }
  }
  if (content.text !== undefined)
    return { bytes: Buffer.from(content.text), contentType: 'text/plain; charset=utf-8' }
  return { bytes: content.bytes ?? Buffer.alloc(0), contentType: null }
}

/**
 * @param nowMs for the `date` header, which would otherwise show the real time
 * @param isHead send the headers without the body
 */
export function sendResponse(
  response: ServerResponse,
  content: ApiResponse,
  nowMs: number,
  isHead = false,
): void {
  response.sendDate = false
  response.statusCode = content.status
  response.setHeader('date', new Date(nowMs).toUTCString())
  for (const [name, value] of Object.entries(content.headers ?? {})) response.setHeader(name, value)
  if (content.events !== undefined) {
    response.setHeader('content-type', 'text/event-stream')
    for (const event of content.events) response.write(event)
    response.end()
    return
  }
  const { bytes, contentType } = bodyOf(content)
  const type = content.contentType ?? contentType
  if (type !== null) response.setHeader('content-type', type)
  if (content.status !== 204) response.setHeader('content-length', bytes.length)
  response.end(isHead ? undefined : bytes)
}
