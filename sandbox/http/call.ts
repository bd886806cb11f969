/** What a handler gets: a checked request, the moment, and the world to read and change. */

import type { SandboxState } from '../state/state.ts'
import type { Answer } from './answer.ts'
import type { JsonObject } from './request-check.ts'

/** The state, and what the person who started the sandbox chose. */
export interface World {
  state: SandboxState
  /** 10: everything takes a tenth of the time. */
  speed: number
  /** What signed URLs start with, without a trailing slash. */
  publicUrl: string
  signedUrlLifetimeSeconds: number
  /** Agent runs at the same time; null: as many as you like. */
  maxConcurrentRuns: number | null
  /** Beyond that: refused with 429 (Gumloop's smaller plans) or queued (Enterprise). */
  whenFull: 'refuse' | 'queue'
}

export interface Call {
  path: Record<string, string>
  query: JsonObject
  body: JsonObject
  /** Parts of a multipart body; empty otherwise. */
  parts: MultipartPart[]
  /** Who calls: the `x-auth-key`, or the team's stand-in. */
  userId: string
  nowMs: number
  world: World
}

export interface MultipartPart {
  name: string
  fileName: string | null
  mediaType: string | null
  bytes: Buffer
}

/** @throws Refusal for what Gumloop would refuse */
export type Handler = (call: Call) => Answer

/** A path parameter, which the router has filled in. */
export function pathValue(call: Call, name: string): string {
  const value = call.path[name]
  if (value === undefined) throw new Error(`The route has no path parameter ${name}`)
  return value
}
