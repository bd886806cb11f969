/** JSON-RPC messages as clients send them → messages that the SDK takes. Pure. */
import { findExcess } from '../shared/json-excess.ts'
import { isObject, parseObject } from '../shared/json-value.ts'

/**
 * Go clients send `null` for params and arguments that they leave out, PHP clients an empty list, and some clients the
 * arguments as JSON text. A message without any of that comes back as it is.
 */
export function lenientMessage(message: unknown): unknown {
  if (!isObject(message) || typeof message.method !== 'string') return message
  const { params, ...rest } = message
  if (isNothing(params)) return 'params' in message ? rest : message
  if (!isObject(params) || !('arguments' in params)) return message
  const { arguments: args, ...others } = params
  if (isNothing(args)) return { ...rest, params: others }
  const parsed = typeof args === 'string' && findExcess(args) === undefined ? parseObject(args) : undefined
  return parsed ? { ...rest, params: { ...others, arguments: parsed } } : message
}

function isNothing(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
