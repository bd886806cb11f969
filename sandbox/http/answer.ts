/** An answer before it is on the wire: exactly one of `json`, `text`, `bytes`, `events`, or none for an empty body. */
export interface Answer {
  status: number
  json?: unknown
  text?: string
  bytes?: Buffer
  /** Server-sent events, each already framed. */
  events?: string[]
  contentType?: string
  headers?: Record<string, string>
}

export const ok = (json: unknown): Answer => ({ status: 200, json })
export const created = (json: unknown): Answer => ({ status: 201, json })
export const accepted = (json: unknown): Answer => ({ status: 202, json })
