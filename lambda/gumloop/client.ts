/** One call of one operation: build, send, read. Safe reads are retried; a rejected key is read again once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RequestPlan } from '../catalog/tool.ts'
import { AppError } from '../shared/errors.ts'
import { type Arguments, buildRequest, type GumloopHosts, type GumloopRequest } from './build-request.ts'
import type { GumloopCredentials } from './credentials.ts'
import { readRateLimit } from './rate-limit.ts'
import { readResponse } from './read-response.ts'
import { retryDelayMs } from './retry.ts'
import { type GumloopResponse, send } from './send.ts'

/** Reserved to process Gumloop's response before the deadline of the whole call. */
const MARGIN_MS = 500

export interface CallContext {
  hosts: GumloopHosts
  credentials: GumloopCredentials
  /** Reads the account's credentials again after Gumloop rejected the known ones. */
  refreshCredentials: () => Promise<GumloopCredentials>
  /** Epoch ms by which the whole call must be finished. */
  deadlineMs: number
  signal?: AbortSignal
  /** Called once for every response of Gumloop's: for logs, metrics and the rate-limit headers. */
  onAnswer?: (answer: {
    status: number
    durationMs: number
    rateLimitHeaders: Record<string, string>
  }) => void
}

export interface CallResult {
  status: number
  value: unknown
  /** The response had no body. */
  isEmpty: boolean
}

/**
 * @param documented fields of the record that a success holds (`ExpectedAnswer`).
 * @throws AppError with the codes of `send.ts`, `build-request.ts` and `read-response.ts`; only that of a change says whether it may
 *   have taken effect.
 */
export async function callGumloop(
  plan: RequestPlan,
  args: Arguments,
  context: CallContext,
  extraBody: Arguments = {},
  documented: readonly string[] = [],
): Promise<CallResult> {
  const isSafeRead = plan.method === 'GET' || plan.answer === 'bytes' || plan.isRead === true
  const expected = {
    isChange: !isSafeRead,
    documented,
    ...(plan.answer && { answer: plan.answer, isJsonFile: /\.json$/i.test(String(args.file_name)) }),
  }
  let credentials = context.credentials
  let isRefreshed = false
  for (let attempt = 0; ; ) {
    try {
      const request = buildRequest(plan, args, credentials, context.hosts, extraBody)
      const response = await sendOnce(request, plan.deadlineSeconds, context)
      const { status, body } = response
      return { status, value: readResponse(response, expected), isEmpty: body.length === 0 }
    } catch (caught) {
      if (!(caught instanceof AppError)) throw caught
      const error = plainer(isSafeRead ? withoutEffect(caught) : caught, plan)
      // 403 may be the answer to the ids that are stored beside the key.
      const isRefused = error.code === 'credentials_refused' || error.code === 'forbidden'
      if (isRefused && !isRefreshed && error.details.mayHaveTakenEffect !== true) {
        isRefreshed = true
        const fresh = await context.refreshCredentials()
        if (isSame(fresh, credentials)) throw error
        credentials = fresh
        continue
      }
      const waitMs = retryDelayMs(attempt, error, isSafeRead, Math.random())
      if (waitMs === undefined || Date.now() + waitMs + MARGIN_MS > context.deadlineMs) throw error
      attempt++
      await sleep(waitMs, undefined, context.signal && { signal: context.signal }).catch(() => {
        throw new AppError('cancelled', 'The call was cancelled by the client.')
      })
    }
  }
}

function isSame(a: GumloopCredentials, b: GumloopCredentials): boolean {
  return a.apiKey === b.apiKey && a.userId === b.userId && a.teamId === b.teamId
}

/**
 * A 404 without a code on an operation that only Gumloop's client names: the route does not exist in this workspace. Gumloop's
 * own "no such object" has a code.
 */
function plainer(error: AppError, { isSdkOnly }: RequestPlan): AppError {
  const { code, details, cause } = error
  if (isSdkOnly !== true || code !== 'not_found' || details.upstreamCode !== undefined) return error
  return new AppError(
    code,
    "This workspace's Gumloop does not offer this operation yet (404 without a code).",
    { ...details, nextStep: 'Tell the user; other ids or a retry do not help.' },
    cause,
  )
}

/** A read changes nothing, so nothing of it may have taken effect. */
function withoutEffect(error: AppError): AppError {
  const { mayHaveTakenEffect, ...details } = error.details
  return mayHaveTakenEffect === undefined
    ? error
    : new AppError(error.code, error.message, details, error.cause)
}

async function sendOnce(
  request: GumloopRequest,
  deadlineSeconds: number,
  context: CallContext,
): Promise<GumloopResponse> {
  const startedMs = Date.now()
  const leftMs = context.deadlineMs - startedMs - MARGIN_MS
  if (leftMs <= 0)
    throw new AppError('upstream_timeout', 'No time is left for this call.', { mayHaveTakenEffect: false })
  const timeoutMs = Math.min(deadlineSeconds * 1000, leftMs)
  const response = await send(request, context.signal ? { timeoutMs, signal: context.signal } : { timeoutMs })
  context.onAnswer?.({
    status: response.status,
    durationMs: Date.now() - startedMs,
    rateLimitHeaders: readRateLimit(response.headers).headers,
  })
  return response
}
