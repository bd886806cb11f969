/** Gives the events, already framed, that are due by `nowMs` and were not given before. */
export type LiveEvents = (nowMs: number) => { texts: string[]; isOver: boolean }

/** A response before it is sent: exactly one of `json`, `text`, `bytes`, `events`, `live`, or none for an empty body. */
export interface ApiResponse {
  status: number
  json?: unknown
  text?: string
  bytes?: Buffer
  /** Server-sent events, each already framed. */
  events?: string[]
  /** Server-sent events that come while the response is open. */
  live?: LiveEvents
  contentType?: string
  headers?: Record<string, string>
}

export const ok = (json: unknown): ApiResponse => ({ status: 200, json })
export const created = (json: unknown): ApiResponse => ({ status: 201, json })
export const accepted = (json: unknown): ApiResponse => ({ status: 202, json })
