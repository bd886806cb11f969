/** Params that do not fit their method: the SDK reports an internal error, with its validation library's issues as text. */
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { cutText } from '../shared/cut-text.ts'

const MAX_CHARACTERS = 300

/** One issue of a schema check, as the SDK's message has them in JSON. */
interface Issue {
  path: (string | number)[]
  message: string
}

/** The error to throw for one that an SDK handler threw: -32602 with the first issue if the params were invalid, else the same error. */
export function asInvalidParams(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ProtocolError) return error
  const [first] = issuesIn(error.message)
  if (!first) return error
  const message = `Invalid params: ${first.path.join('.')}: ${first.message}`
  return new ProtocolError(ProtocolErrorCode.InvalidParams, cutText(message, MAX_CHARACTERS))
}

function issuesIn(message: string): Issue[] {
  if (!message.startsWith('[')) return []
  try {
    const found: unknown = JSON.parse(message)
    return Array.isArray(found) ? found.filter(isIssue) : []
  } catch {
    return []
  }
}

function isIssue(value: unknown): value is Issue {
  if (typeof value !== 'object' || value === null || !('path' in value) || !('message' in value)) return false
  return Array.isArray(value.path) && typeof value.message === 'string'
}
