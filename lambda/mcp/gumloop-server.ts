/** The SDK's low-level server, plus what it lacks: tasks as results, and headers of the HTTP response. */
import { type JSONRPCRequest, type Result, Server, type ServerContext } from '@modelcontextprotocol/server'
import type { AccountResult } from '../tools/with-account.ts'
import { asInvalidParams } from './invalid-params.ts'
import { toProtocolError } from './protocol-error.ts'

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>

export class GumloopServer extends Server {
  #responseHeaders: Record<string, string> = {}

  /** For the HTTP response of this exchange; complete when its message is. */
  get responseHeaders(): Readonly<Record<string, string>> {
    return this.#responseHeaders
  }

  /** For handlers: the SDK passes on only their result. */
  addResponseHeaders(headers: Record<string, string>): void {
    this.#responseHeaders = { ...this.#responseHeaders, ...headers }
  }

  /** The value of a call on the account; its rate limit becomes headers. @throws ProtocolError with the text of its error. */
  unwrap<T>(result: AccountResult<T>): T {
    this.addResponseHeaders(result.rateLimitHeaders)
    if (!result.ok) throw toProtocolError(result.error)
    return result.value
  }

  /**
   * A hook that the SDK documents for subclasses, and the only one between a handler and the wire. It has to be
   * overridden, since the SDK validates every result of `tools/call` as a tool result, which a task is not, and reports
   * invalid params as an internal error. `fallbackRequestHandler`, the public way around both, would also receive
   * unknown methods, for which the SDK has another HTTP status.
   */
  protected override _wrapHandler(method: string, sdkHandler: Handler): Handler {
    const handler: Handler = async (request, context) => {
      try {
        return await sdkHandler(request, context)
      } catch (error) {
        throw asInvalidParams(error)
      }
    }
    if (method !== 'tools/call') return super._wrapHandler(method, handler)
    return async (request, context) => {
      let task: Result | undefined
      const wrapped = super._wrapHandler(method, async (inner, innerContext) => {
        const result = await handler(inner, innerContext)
        if (result.resultType !== 'task') return result
        task = result
        return { content: [] }
      })
      const result = await wrapped(request, context)
      return task ?? result
    }
  }
}
