/** Params that do not fit their method: the SDK calls that an internal error, and dumps its library's findings. */
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { cutText } from '../shared/cut-text.ts'

const MAX_CHARACTERS = 300

/** One finding of a schema check, as the SDK's message holds them in JSON. */
interface Issue {
  path: (string | number)[]
  message: string
}

/**
 * What to throw in place of what an SDK handler threw: -32602 with the first finding in words where the params were
 * wrong, anything else as it is.
 */
export function asInvalidParams(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof ProtocolError) return thrown
  const [first] = issuesIn(thrown.message)
  if (!first) return thrown
  const told = `Invalid params: ${first.path.join('.')}: ${first.message}`
  return new ProtocolError(ProtocolErrorCode.InvalidParams, cutText(told, MAX_CHARACTERS))
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
