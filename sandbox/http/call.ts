/** What a handler receives: a validated request, the current time, and the state to read and change. */

import type { IncomingHttpHeaders } from 'node:http'
import type { SandboxState } from '../state/state.ts'
import type { ApiResponse } from './api-response.ts'
import type { KeyKind } from './auth.ts'
import type { JsonObject } from './request-check.ts'

/** The sandbox's state and its start options. */
export interface World {
  state: SandboxState
  /** A factor on all durations: 10 means that everything takes a tenth of the time. */
  speed: number
  /** What signed URLs start with, without a trailing slash. */
  publicUrl: string
  signedUrlLifetimeSeconds: number
  /** Limit on concurrent agent runs; null for none. */
  maxConcurrentRuns: number | null
  /** What happens to a run beyond the limit: rejected with 429 (Gumloop's smaller plans) or queued (Enterprise). */
  whenFull: 'reject' | 'queue'
}

export interface Call {
  path: Record<string, string>
  query: JsonObject
  body: JsonObject
  /** Parts of a multipart body; empty otherwise. */
  parts: MultipartPart[]
  /** The calling user: the `x-auth-key`, or the team's default user. */
  userId: string
  keyKind: KeyKind
  headers: IncomingHttpHeaders
  nowMs: number
  world: World
}

export interface MultipartPart {
  name: string
  fileName: string | null
  mediaType: string | null
  bytes: Buffer
}

/** @throws ApiError for a request that Gumloop would reject */
export type Handler = (call: Call) => ApiResponse

/** A path parameter that the router extracted. */
export function pathValue(call: Call, name: string): string {
  const value = call.path[name]
  if (value === undefined) throw new Error(`The route has no path parameter ${name}`)
  return value
}
