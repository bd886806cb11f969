/** The admin API as commands use it, wherever it runs. */
import type { AdminErrorBody } from '../../lambda/http/admin-error.ts'
import { visibleTexts } from '../../lambda/shared/visible-text.ts'
import { CliFailure } from './cli-failure.ts'

export interface ApiAnswer {
  status: number
  body: unknown
}

/** Sends a request: over HTTP to a server, or as an invocation of a function. */
export type Transport = (method: string, path: string, body?: unknown) => Promise<ApiAnswer>

export interface Api {
  /**
   * The body of the response. The caller states its type, since program and server have the same version. Throws
   * `CliFailure` with the server's message for every error.
   */
  request<T>(method: string, path: string, body?: unknown): Promise<T>
  /** All entries of a list, page by page. */
  list<T>(path: string): Promise<T[]>
}

const PAGE_LIMIT = 100

export function createApi(transport: Transport): Api {
  async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, body: received } = await transport(method, path, body)
    // Names, reasons and log lines come from others, and must not control the terminal that shows them.
    const answer = { status, body: visibleTexts(received) }
    const isRecord = typeof answer.body === 'object' && answer.body !== null
    if (answer.status >= 200 && answer.status < 300 && isRecord) return answer.body as T // see the docstring of `request`
    throw toFailure(answer)
  }

  return {
    request,
    async list<T>(path: string) {
      const entries: T[] = []
      let cursor: string | null = null
      do {
        const query = new URLSearchParams({
          limit: String(PAGE_LIMIT),
          ...(cursor === null ? {} : { next_cursor: cursor }),
        })
        const separator = path.includes('?') ? '&' : '?'
        const page: { result: T[]; next_cursor: string | null } = await request(
          'GET',
          `${path}${separator}${query}`,
        )
        entries.push(...page.result)
        cursor = page.next_cursor
      } while (cursor !== null)
      return entries
    },
  }
}

function toFailure({ status, body }: ApiAnswer): CliFailure {
  if (!isAdminError(body))
    return new CliFailure(1, `Unexpected response with status ${status}: is this a Gumloop MCP server?`)
  const { code, message, next_step: nextStep } = body.error
  // A server older than 0.2 lists them as `faults`.
  const errors = body.error.errors ?? body.error.faults ?? []
  // A single error is already in the message.
  const several = errors.length > 1 ? errors : undefined
  if (code === 'unauthorized')
    return new CliFailure(1, `${message}.`.replace(/[….]+$/, '…'), { code, nextStep: TOKEN_STEP })
  return new CliFailure(code === 'invalid_arguments' ? 2 : 1, message, { nextStep, errors: several, code })
}

const TOKEN_STEP =
  'The token is invalid or has been revoked. Set GUMLOOP_MCP_ADMIN_TOKEN to a valid administrator token.'

function isAdminError(body: unknown): body is AdminErrorBody {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'message' in error && 'code' in error
}
