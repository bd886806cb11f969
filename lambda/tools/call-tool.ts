/** One tools/call: unwrap, check, carry out, shape the result. Every failure of a known tool becomes a result for the model. */
import type { RequestContext } from '../auth/request-context.ts'
import { findTool } from '../catalog/catalog.ts'
import type { CatalogTool } from '../catalog/tool.ts'
import { mayCall as passesFilter, type ToolFilterConfig } from '../catalog/tool-filter.ts'
import { resultCharacters } from '../connectors/connector.ts'
import type { Arguments } from '../gumloop/build-request.ts'
import { toListPage } from '../gumloop/paging.ts'
import { type Runs, unwatchedRuns } from '../runs/runs.ts'
import { systemClock } from '../shared/clock.ts'
import { AppError, describeCause } from '../shared/errors.ts'
import { callDetails } from './call-details.ts'
import { callableOver } from './callable-tools.ts'
import { unwrapCall } from './executor.ts'
import { TOOL_HANDLERS } from './handlers/tool-handlers.ts'
import { fittedToSchema, recordOf } from './own-fields.ts'
import { splitPartRequest, takesParts } from './part-request.ts'
import { prepareArguments } from './prepare-arguments.ts'
import { readPart } from './read-part.ts'
import { withIdsForNames } from './resolve-names.ts'
import { createRunAccess } from './run-access.ts'
import { createTask, type TaskCreated } from './tasks.ts'
import type { Reader, ToolCall, ToolHandler, ToolOutcome } from './tool-call.ts'
import { toToolError } from './tool-error.ts'
import { type ToolResult, toToolResult } from './tool-result.ts'
import { type Account, type AccountDeps, type Ended, withAccount } from './with-account.ts'

export interface CallToolDeps extends AccountDeps {
  /** How runs are waited for; left out: while a call lasts, and nothing is stored. */
  runs?: Runs
  /** The log line also has arguments and results: only where a stage says so. */
  isLoggingDetails?: boolean
}

export interface ToolRequest {
  name: string
  arguments: unknown
  /** The client takes a task in place of a result that it would have to wait for. */
  acceptsTask: boolean
}

export interface ToolAnswer {
  result: ToolResult | TaskCreated
  /** For our own HTTP response. */
  rateLimitHeaders: Record<string, string>
}

/** True when the connector's filter knows this tool: anything else must look as if it did not exist. */
export function isKnownTool(name: string, config: ToolFilterConfig): boolean {
  return passesFilter(name, config)
}

/** Carries out a call of a known tool (`isKnownTool`). Never throws: every failure is a result with `isError`. */
export async function callTool(
  context: RequestContext,
  request: ToolRequest,
  deps: CallToolDeps,
): Promise<ToolAnswer> {
  const { name, arguments: args } = unwrapCall(request, context.principal.config)
  const isWanted = deps.isLoggingDetails === true
  const ended = await withAccount(
    context,
    {
      event: 'tool_call',
      subject: { tool: name },
      act: async open => {
        const tool = findTool(name)
        if (!tool) throw new AppError('unknown_tool', 'There is no such tool.')
        const call = { tool, ...prepareArguments(tool, args), acceptsTask: request.acceptsTask }
        return carryOut(call, await open(), context, deps)
      },
      describe: call => ({
        ...(call.ok && isTask(call.value) && { outcome: 'task' }),
        ...callDetails(args, resultOf(call), isWanted, findTool(name)?.secretInputs),
      }),
    },
    deps,
  )
  return { result: resultOf(ended), rateLimitHeaders: ended.rateLimitHeaders }
}

interface CheckedCall {
  tool: CatalogTool
  args: Arguments
  /** Keys that were dropped. */
  ignored: string[]
  acceptsTask: boolean
}

async function carryOut(
  { tool, args, ignored, acceptsTask }: CheckedCall,
  account: Account,
  context: RequestContext,
  deps: CallToolDeps,
): Promise<ToolResult | TaskCreated> {
  const runs = deps.runs ?? unwatchedRuns({ now: systemClock })
  const { connectorId, config } = context.principal
  const maxCharacters = resultCharacters(config)
  const mayCall = callableOver(config)
  const { operation, openLink } = account
  const { args: named, part, unused } = takesParts(tool) ? splitPartRequest(args) : { args, unused: [] }
  const own = await withIdsForNames(tool, named, operation, mayCall)
  const answered = await handlerOf(tool)({
    tool,
    args: own,
    isForPart: part !== undefined,
    maxCharacters,
    operation,
    openLink,
    runs: createRunAccess(context, account, runs, acceptsTask),
    mayCall,
  })
  const isPart = part !== undefined && answered.isWithoutParts !== true
  const unusedHere = part !== undefined && !isPart ? ['output'] : unused
  const outcome = withIgnored(answered, [...ignored, ...unusedHere])
  const { deferred } = outcome
  const structured = fittedToSchema(outcome.structured, tool.definition.outputSchema)
  if (deferred) {
    const task = { connectorId, tool: tool.name, run: deferred, startedAs: structured }
    const created = await createTask(task, runs).catch(error => {
      context.logger.error('task_not_stored', { tool: tool.name, reason: describeCause(error) })
    })
    // The run has started whether or not a task could be stored for it: then the client waits by calling again.
    if (created) return created
  }
  const reader = readerFor(tool, own, outcome)
  if (isPart && reader)
    return toToolResult({ structured: readPart(structured, part, reader, maxCharacters) }, maxCharacters)
  return toToolResult({ ...outcome, structured, reader }, maxCharacters)
}

/** The call that reads on: what the handler says, else the same call, if its tool takes parts. */
function readerFor(tool: CatalogTool, args: Arguments, { reader }: ToolOutcome): Reader | null {
  if (reader !== undefined) return reader
  return takesParts(tool) ? { tool: tool.name, args } : null
}

/** What was not used is said, so that nobody takes it for used. */
function withIgnored(outcome: ToolOutcome, ignored: string[]): ToolOutcome {
  if (ignored.length === 0) return outcome
  return { ...outcome, structured: { ...outcome.structured, ignored_arguments: ignored } }
}

function resultOf(ended: Ended<ToolResult | TaskCreated>): ToolResult | TaskCreated {
  return ended.ok ? ended.value : toToolError(ended.error)
}

function isTask(result: ToolResult | TaskCreated): boolean {
  return result.resultType === 'task'
}

function handlerOf(tool: CatalogTool): ToolHandler {
  if (tool.handler === undefined) return callOperation
  const handler = Object.hasOwn(TOOL_HANDLERS, tool.handler) ? TOOL_HANDLERS[tool.handler] : undefined
  if (!handler)
    throw new Error(`the tool file of ${tool.name} names the handler ${tool.handler}, which does not exist`)
  return handler
}

/** How to get the rows that a page had no space for: the page's own cursor leads past them. */
function nextRows({ name, definition }: CatalogTool, { result }: Record<string, unknown>): string {
  const count = Array.isArray(result) ? result.length : 0
  const byId = 'Get single items by id for their long texts.'
  if (count === 0 || definition.inputSchema.properties?.limit === undefined) return byId
  return `Rows after these are not on the next page: call ${name} again with the same arguments and limit ${count}, whose next_cursor leads on. ${byId}`
}

/** What a tool without a handler of its own does: send its operation and return the record, or the page. */
const callOperation: ToolHandler = async ({ tool, args, operation }: ToolCall) => {
  const result = await operation(tool.name, args)
  const paging = tool.plan?.paging
  if (paging) {
    return {
      structured: { ...toListPage(paging, args, result.value) },
      howToReadOn: shown => nextRows(tool, shown),
    }
  }
  return { structured: recordOf(tool, result) }
}
