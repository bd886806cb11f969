/** What the administrator's routes share: types, the body of a request, and the version of a record as an `ETag`. */
import type { Context, Hono } from 'hono'
import type { StoredApiToken } from '../connectors/api-token.ts'
import { AppError } from '../shared/errors.ts'

export interface AdminEnvironment {
  /** Passed with each change where `kind` is `iam`: who the caller is. */
  Bindings: { actor?: string }
  Variables: {
    actor: string
    /** The administrator token of the request; undefined where IAM authenticates. */
    token: StoredApiToken | undefined
  }
}

export type AdminApp = Hono<AdminEnvironment>

export type AdminContext = Context<AdminEnvironment>

/** Request bodies are small JSON objects. */
const MAX_ADMIN_BODY_BYTES = 100_000

/** The body as JSON; `fallback` for an empty one. Errors do not quote the body, which may contain a key. */
export async function jsonBody(context: AdminContext, fallback?: unknown): Promise<unknown> {
  const text = await context.req.text()
  if (Buffer.byteLength(text) > MAX_ADMIN_BODY_BYTES) {
    throw new AppError('payload_too_large', `The body is larger than ${MAX_ADMIN_BODY_BYTES} bytes.`)
  }
  if (text === '' && fallback !== undefined) return fallback
  try {
    return JSON.parse(text)
  } catch {
    const errors = [{ path: '', message: 'the body must be JSON' }]
    throw new AppError('invalid_arguments', 'The body is not JSON.', { errors })
  }
}

/** The record, with its version as the `ETag` for a later `If-Match`. */
export function versioned(context: AdminContext, { record, version }: { record: object; version: number }) {
  context.header('etag', `"${version}"`)
  return context.json(record)
}

/** The version in `If-Match`: the change is made only if it is still the current one. */
export function expectedVersion(context: AdminContext): number | undefined {
  const header = context.req.header('if-match')
  if (header === undefined || header === '*') return undefined
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header)?.[1]
  // A tag that this server never sent matches no version.
  return version === undefined ? -1 : Number(version)
}
