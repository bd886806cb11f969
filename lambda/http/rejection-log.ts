/**
 * Rejected requests in the log: counted per reason and address, so that whoever sends many of them writes few lines. No
 * line has a path, a header or a token.
 */
import type { Clock } from '../shared/clock.ts'
import type { HttpRequest, HttpResponse } from '../shared/http-message.ts'
import type { Logger } from '../shared/logger.ts'

const MINUTE_MS = 60_000
/** Different reasons and addresses with a line of their own in a minute; further ones are counted per reason alone. */
const MAX_SOURCES_PER_MINUTE = 20
/** Statuses with which a request is rejected, whatever it asked for. */
const REJECTED = new Set([400, 401, 403, 404, 405, 406, 408, 413, 415, 417, 429, 431])

interface Rejection {
  reason: string
  status: number
  source: string
}

type App = (request: HttpRequest) => Promise<HttpResponse>

/**
 * `app`, with its rejections in the log. The first one of a reason and address in a minute is a line at once; the number
 * of the others is a line with the first rejection after that minute, since a frozen environment has no timers.
 */
export function withRejectionLog(app: App, { logger, now }: { logger: Logger; now: Clock }): App {
  let minute = 0
  let counts = new Map<string, Rejection & { count: number }>()

  const write = ({ reason, status, source }: Rejection, count: number) =>
    logger.warn('request_rejected', { reason, status, source_address: source, count })

  function flush(): void {
    for (const one of counts.values()) if (one.count > 0) write(one, one.count)
    counts = new Map()
  }

  function count(rejection: Rejection): void {
    const current = Math.floor(now() / MINUTE_MS)
    if (current !== minute) flush()
    minute = current
    const keyOf = ({ reason, status, source }: Rejection) => `${reason} ${status} ${source}`
    const isOwn = counts.has(keyOf(rejection)) || counts.size < MAX_SOURCES_PER_MINUTE
    const counted = isOwn ? rejection : { ...rejection, source: 'others' }
    const known = counts.get(keyOf(counted))
    if (known !== undefined) known.count++
    else {
      counts.set(keyOf(counted), { ...counted, count: 0 })
      write(counted, 1)
    }
  }

  return async request => {
    const response = await app(request)
    const { status, rejection } = response
    if (rejection !== undefined || REJECTED.has(status)) {
      const reason = rejection ?? `status_${status}`
      if (status < 500) count({ reason, status, source: request.sourceAddress ?? 'unknown' })
    }
    return response
  }
}
