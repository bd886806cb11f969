/** Which client calls, for the log line: what it says of itself, cut to harmless characters. Never used to decide anything. */
import { isObject } from '../shared/json-value.ts'

const CLIENT_INFO = 'io.modelcontextprotocol/clientInfo'

/** `name/version` from the message (any protocol version), else the first word of the user agent; undefined when there is neither. */
export function clientName(message: unknown, userAgent: string | undefined): string | undefined {
  const params = isObject(message) && isObject(message.params) ? message.params : {}
  const meta = isObject(params._meta) ? params._meta : {}
  const info = isObject(meta[CLIENT_INFO]) ? meta[CLIENT_INFO] : params.clientInfo
  const named =
    isObject(info) && typeof info.name === 'string'
      ? `${info.name}/${typeof info.version === 'string' ? info.version : ''}`
      : userAgent?.split(' ')[0]
  const clean = named
    ?.slice(0, 200)
    .replace(/[^\w ./@+-]/g, '')
    .slice(0, 80)
  return clean === '' ? undefined : clean
}
