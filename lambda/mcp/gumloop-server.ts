/** The SDK's low-level server with what it has no place for: results that are tasks, and headers of our HTTP response. */
import { type JSONRPCRequest, type Result, Server, type ServerContext } from '@modelcontextprotocol/server'
import type { AccountResult } from '../tools/with-account.ts'
import { asInvalidParams } from './invalid-params.ts'
import { toProtocolError } from './protocol-error.ts'

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>

export class GumloopServer extends Server {
  #responseHeaders: Record<string, string> = {}

  /** What belongs to the HTTP response of this exchange; complete once its answer is there. */
  get responseHeaders(): Readonly<Record<string, string>> {
    return this.#responseHeaders
  }

  /** Headers beside a handler's result: the SDK passes on the result alone. */
  addResponseHeaders(headers: Record<string, string>): void {
    this.#responseHeaders = { ...this.#responseHeaders, ...headers }
  }

  /** What a call on the account gave, its rate limit beside it. @throws ProtocolError in the words of the call's error. */
  unwrap<T>(result: AccountResult<T>): T {
    this.addResponseHeaders(result.rateLimitHeaders)
    if (!result.ok) throw toProtocolError(result.error)
    return result.value
  }

  /**
   * The hook that the SDK documents for subclasses, and the only place between a handler and the wire that it leaves:
   * it holds every result of `tools/call` against the schema of a tool result, which a task does not fit; and it calls
   * wrong params an internal error. `fallbackRequestHandler`, the public way around both, would also take unknown
   * methods, which the SDK answers with another HTTP status.
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
