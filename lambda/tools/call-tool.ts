/** One tools/call: filter, check, carry out, shape, log. Every failure of a known tool becomes words for the model. */
import { findTool } from '../catalog/catalog.ts'
import { checkArguments } from '../catalog/check-arguments.ts'
import type { CatalogTool } from '../catalog/tool.ts'
import { mayCall } from '../catalog/tool-filter.ts'
import type { Arguments } from '../gumloop/build-request.ts'
import { toListPage } from '../gumloop/paging.ts'
import { type Runs, unwatchedRuns } from '../runs/runs.ts'
import type { RunReport, WaitRequest } from '../runs/watch/wait-for-run.ts'
import { systemClock } from '../shared/clock.ts'
import { AppError, describeCause, toAppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import type { Logger } from '../shared/logger.ts'
import { type AccountAccessDeps, openAccount } from './account-access.ts'
import { callDetails } from './call-details.ts'
import { unwrapCall } from './executor.ts'
import { TOOL_HANDLERS } from './handlers/tool-handlers.ts'
import { linkOpener } from './link-opener.ts'
import { createRunAccess } from './run-access.ts'
import { createTask, type TaskCreated } from './tasks.ts'
import type { ToolCall, ToolHandler } from './tool-call.ts'
import { toToolError } from './tool-error.ts'
import { type ToolResult, toToolResult } from './tool-result.ts'

/** What a call needs to know of the connector it came over. */
export interface Caller {
  connectorId: string
  accountId: string
  config: { methods: readonly string[]; tags: readonly string[] }
}

export interface CallToolDeps extends AccountAccessDeps {
  /** How runs are waited for; left out: while a call lasts, and nothing is kept. */
  runs?: Runs
  /** Told when Gumloop refused an account's key, read anew. */
  onCredentialsRefused?: (accountId: string) => void
  logger: Logger
  /** The log line holds arguments and results too: only where a stage says so. */
  isLoggingDetails?: boolean
}

export interface CallToolRequest {
  name: string
  arguments: unknown
  caller: Caller
  /** Epoch ms by which the answer must be complete. */
  deadlineMs: number
  signal: AbortSignal
  requestId: string
  client?: string
  /** Given Gumloop's normalised rate-limit headers, for our own HTTP answer. */
  onRateLimit?: (headers: Record<string, string>) => void
  /** Given where the client shows progress: a wait then may last longer. */
  onProgress?: WaitRequest['onProgress']
  /** The client takes a task in place of a result that it would have to wait for. */
  takesTasks?: boolean
}

/** True when the connector's filter knows this tool: anything else must look as if it did not exist. */
export function isKnownTool(name: string, caller: Caller): boolean {
  return mayCall(name, caller.config)
}

/** Carries out a call of a known tool (`isKnownTool`). Never throws: every failure is a result with `isError`. */
export async function callTool(
  asked: CallToolRequest,
  deps: CallToolDeps,
): Promise<ToolResult | TaskCreated> {
  const request = unwrapCall(asked)
  const startedMs = Date.now()
  const upstream = { calls: 0, status: undefined as number | undefined, durationMs: 0 }
  const finish = <T extends ToolResult | TaskCreated>(result: T, outcome: string): T => {
    deps.logger.info('tool_call', {
      request_id: request.requestId,
      connector_id: request.caller.connectorId,
      account_id: request.caller.accountId,
      tool: request.name,
      outcome,
      duration_ms: Date.now() - startedMs,
      upstream_calls: upstream.calls,
      upstream_status: upstream.status,
      upstream_ms: upstream.durationMs,
      ...callDetails(request.arguments, result, deps.isLoggingDetails === true),
      client: request.client,
    })
    return result
  }
  try {
    const tool = findTool(request.name)
    if (!tool) throw new AppError('unknown_tool', 'There is no such tool.')
    const args = parseArguments(tool, request.arguments)
    const { signal, caller, deadlineMs, onProgress } = request
    const onAnswer: Parameters<typeof openAccount>[1]['onAnswer'] = answer => {
      upstream.calls++
      upstream.status = answer.status
      upstream.durationMs += answer.durationMs
      request.onRateLimit?.(answer.rateLimitHeaders)
    }
    const operationUntil = await openAccount(caller.accountId, { signal, onAnswer }, deps)
    const runs = deps.runs ?? unwatchedRuns({ now: systemClock })
    const deferred: (RunReport & { watchId: string })[] = []
    const outcome = await handlerOf(tool)({
      tool,
      args,
      operation: operationUntil(deadlineMs),
      runs: createRunAccess(
        {
          ...caller,
          operationUntil,
          deadlineMs,
          signal,
          ...(onProgress && { onProgress }),
          ...(request.takesTasks && { onDeferred: report => deferred.push(report) }),
        },
        runs,
      ),
      openLink: linkOpener(request, deps),
      mayCall: name => findTool(name) !== undefined && mayCall(name, request.caller.config),
    })
    const [goesOn] = deferred
    if (goesOn) return finish(await createTask(tool.name, goesOn, outcome, caller, runs), 'task')
    return finish(toToolResult(outcome), 'ok')
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'credentials_refused') deps.onCredentialsRefused?.(request.caller.accountId)
    if (error.code === 'internal')
      deps.logger.error('tool_call_failed', {
        request_id: request.requestId,
        tool: request.name,
        reason: describeCause(error),
      })
    return finish(toToolError(error), error.code)
  }
}

/** The arguments, checked. `id` is the id in the operation's path, whatever Gumloop calls it. */
function parseArguments(tool: CatalogTool, given: unknown): Arguments {
  const args = given === undefined || given === null ? {} : given
  const ownId = tool.plan?.pathFields.at(-1)
  const aliased =
    isObject(args) && ownId !== undefined && 'id' in args && !(ownId in args)
      ? renamed(args, 'id', ownId)
      : args
  const errors = checkArguments(tool.definition.inputSchema, aliased)
  if (errors.length > 0 || !isObject(aliased)) {
    const change = !tool.definition.annotations.readOnlyHint
    throw new AppError('invalid_arguments', `The arguments of ${tool.name} are not valid.`, {
      errors,
      ...(change && { mayHaveTakenEffect: false }),
    })
  }
  return aliased
}

function renamed(args: Arguments, from: string, to: string): Arguments {
  const { [from]: value, ...rest } = args
  return { ...rest, [to]: value }
}

function handlerOf(tool: CatalogTool): ToolHandler {
  if (tool.handler === undefined) return plainCall
  const handler = Object.hasOwn(TOOL_HANDLERS, tool.handler) ? TOOL_HANDLERS[tool.handler] : undefined
  if (!handler)
    throw new Error(`the record of ${tool.name} names the handler ${tool.handler}, which does not exist`)
  return handler
}

/** What a tool does when nothing is special about it: one operation, its record or its page. */
const plainCall: ToolHandler = async ({ tool, args, operation }: ToolCall) => {
  const { value } = await operation(tool.name, args)
  const paging = tool.plan?.paging
  if (paging) return { structured: { ...toListPage(paging, args, value) } }
  return { structured: isObject(value) ? value : { result: value } }
}
