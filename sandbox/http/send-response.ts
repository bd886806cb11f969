/** Sends a response. */
import type { ServerResponse } from 'node:http'
import type { ApiResponse, LiveEvents } from './api-response.ts'

function bodyOf(content: ApiResponse): { bytes: Buffer; contentType: string | null } {
  if (content.json !== undefined) {
    return { bytes: Buffer.from(JSON.stringify(content.json)), contentType: 'application/json' }
  }
  if (content.text !== undefined)
    return { bytes: Buffer.from(content.text), contentType: 'text/plain; charset=utf-8' }
  return { bytes: content.bytes ?? Buffer.alloc(0), contentType: null }
}

const EVENT_INTERVAL_MS = 25

/** Sends events as the clock reaches them, until the last one or until the client leaves. */
export function sendLive(response: ServerResponse, live: LiveEvents, now: () => number): void {
  response.sendDate = false
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    date: new Date(now()).toUTCString(),
  })
  const step = () => {
    const { texts, isOver } = live(now())
    for (const text of texts) response.write(text)
    if (!isOver) return
    clearInterval(timer)
    response.end()
  }
  const timer = setInterval(step, EVENT_INTERVAL_MS)
  response.once('close', () => clearInterval(timer))
  step()
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
