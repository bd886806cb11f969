/** An answer onto the wire. */
import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'

function bodyOf(answer: Answer): { bytes: Buffer; contentType: string | null } {
  if (answer.json !== undefined) {
    return { bytes: Buffer.from(JSON.stringify(answer.json)), contentType: 'application/json' }
  }
  if (answer.text !== undefined)
    return { bytes: Buffer.from(answer.text), contentType: 'text/plain; charset=utf-8' }
  return { bytes: answer.bytes ?? Buffer.alloc(0), contentType: null }
}

/**
 * @param nowMs for the `date` header, which would otherwise tell the real time
 * @param isHead send the headers of the body and not the body
 */
export function sendAnswer(response: ServerResponse, answer: Answer, nowMs: number, isHead = false): void {
  response.sendDate = false
  response.statusCode = answer.status
  response.setHeader('date', new Date(nowMs).toUTCString())
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
  if (answer.events !== undefined) {
    response.setHeader('content-type', 'text/event-stream')
    for (const event of answer.events) response.write(event)
    response.end()
    return
  }
  const { bytes, contentType } = bodyOf(answer)
  const type = answer.contentType ?? contentType
  if (type !== null) response.setHeader('content-type', type)
  if (answer.status !== 204) response.setHeader('content-length', bytes.length)
  response.end(isHead ? undefined : bytes)
}
