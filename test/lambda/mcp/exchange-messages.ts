/** Messages and headers of clients of both protocol generations, and functions that read the responses. */
import type { HttpResponse } from '../../../lambda/shared/http-message.ts'

export const MODERN = '2026-07-28'
export const JSON_ONLY = { 'content-type': 'application/json' }
export const BOTH = { ...JSON_ONLY, accept: 'application/json, text/event-stream' }

export const legacyCall = (params: object) => ({ jsonrpc: '2.0', id: 7, method: 'tools/call', params })
export const envelope = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
}
export function modern(method: string, params: Record<string, unknown> = {}, meta: object = {}) {
  return { jsonrpc: '2.0', id: 'm1', method, params: { ...params, _meta: { ...envelope, ...meta } } }
}
export const modernHeaders = (method: string, name?: string) => ({
  ...BOTH,
  'mcp-protocol-version': MODERN,
  'mcp-method': method,
  ...(name !== undefined && { 'mcp-name': name }),
})

export function parsed(response: HttpResponse): unknown {
  return typeof response.body === 'string' ? JSON.parse(response.body) : 'a stream'
}

/** The messages of an event stream, one per frame. */
export async function framesOf(response: HttpResponse): Promise<unknown[]> {
  const frames: unknown[] = []
  if (typeof response.body === 'string') return ['no stream', response.body]
  for await (const frame of response.body)
    frames.push(JSON.parse(/^event: message\ndata: (.*)\n\n$/.exec(frame)?.[1] ?? ''))
  return frames
}
