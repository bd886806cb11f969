/** What only the protocol knows of a message, added to the request's context: its own signal, and its progress channel. */
import type { ServerContext } from '@modelcontextprotocol/server'
import type { RequestContext } from '../auth/request-context.ts'

export function messageContext(request: RequestContext, message: ServerContext): RequestContext {
  const onProgress = progressTo(message)
  return { ...request, signal: message.mcpReq.signal, ...(onProgress && { onProgress }) }
}

/** Notifies the client of a wait's progress; undefined if the client sent no progress token. */
function progressTo({ mcpReq }: ServerContext): RequestContext['onProgress'] {
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken === undefined) return undefined
  let progress = 0
  return ({ state, elapsedMs }) => {
    const elapsedSeconds = Math.round(elapsedMs / 1000)
    // The protocol requires it to increase with every notification, even with two in one millisecond.
    progress = Math.max(progress + 0.001, elapsedMs / 1000)
    const message = `${state ?? 'no state yet'}, ${elapsedSeconds} s`
    const params = { progressToken, progress, message }
    // A client that has left cannot be notified; that is no reason to fail.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined)
  }
}
