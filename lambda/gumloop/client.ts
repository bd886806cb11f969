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
}

/** @throws AppError with the codes of `send.ts`, `build-request.ts` and `read-response.ts`. */
export async function callGumloop(
  plan: RequestPlan,
  args: Arguments,
  context: CallContext,
  extraBody: Arguments = {},
): Promise<CallResult> {
  const isSafeRead = plan.method === 'GET' || plan.answer === 'bytes'
  let credentials = context.credentials
  let isRefreshed = false
  for (let attempt = 0; ; ) {
    try {
      const request = buildRequest(plan, args, credentials, context.hosts, extraBody)
      const response = await sendOnce(request, plan.deadlineSeconds, context)
      return { status: response.status, value: readResponse(response, !isSafeRead, plan.answer) }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'credentials_refused' && !isRefreshed) {
        isRefreshed = true
        const fresh = await context.refreshCredentials()
        if (fresh.apiKey === credentials.apiKey && fresh.userId === credentials.userId) throw error
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
