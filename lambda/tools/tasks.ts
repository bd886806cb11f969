/**
 * Calls that go on as tasks (MCP extension, 2026-07-28): a call that would have to wait answers with a handle at once,
 * and the client comes back for the result. A task is backed by the watch of its run, nothing else. The handle belongs
 * to one connector and is checked on each request, and so is the filter. `mcp/serve-tasks.ts` speaks the protocol.
 */
import type { RequestContext } from '../auth/request-context.ts'
import { mayCall } from '../catalog/tool-filter.ts'
import { type ConnectorConfig, resultCharacters } from '../connectors/connector.ts'
import { observeRun } from '../runs/observe/observe-run.ts'
import type { RunRef } from '../runs/run.ts'
import type { Runs, RunTracking } from '../runs/runs.ts'
import { reportOfWatch } from '../runs/watch/run-report.ts'
import type { Task } from '../runs/watch/task-store.ts'
import type { Watch } from '../runs/watch/watch.ts'
import { STORED_AFTER_END_SECONDS } from '../runs/watch/watch-item.ts'
import { watchState } from '../runs/watch/watch-machine.ts'
import { toTimestamp } from '../shared/clock.ts'
import { AppError, toAppError } from '../shared/errors.ts'
import { toJson } from '../shared/json-text.ts'
import { parseObject } from '../shared/json-value.ts'
import { callableOver } from './callable-tools.ts'
import { describeReport, notesOf } from './handlers/wait-for-runs.ts'
import type { DeferredRun } from './run-access.ts'
import { inputRequestsOf, toApprovalResponses } from './task-input.ts'
import { toToolError } from './tool-error.ts'
import { type ToolResult, toToolResult } from './tool-result.ts'
import type { Account } from './with-account.ts'

/** What every result about a task has. */
type TaskFields = {
  taskId: string
  status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'
  /** The state of the run as Gumloop names it. */
  statusMessage?: string
  createdAt: string
  lastUpdatedAt: string
  ttlMs: number
  pollIntervalMs: number
  /** With `completed`: what the call would have returned. */
  result?: Record<string, unknown>
  /** With `input_required`. */
  inputRequests?: Record<string, unknown>
}

export type TaskCreated = TaskFields & { resultType: 'task' }

/** Runs that are watched, which tasks need. */
export type WatchedRuns = Runs & { tracking: RunTracking }

/** One request about a task. */
export interface TaskRequest {
  taskId: string
  /** The client can ask its user (MCP elicitation). */
  canElicit: boolean
}

/** What a request about a task works with; `open` reads the account's credentials. */
export interface TaskAccess {
  context: RequestContext
  runs: WatchedRuns
  open: () => Promise<Account>
}

/** A task of the connector with the account of its request. */
interface OpenTask {
  task: Task
  account: Account
}

const SHORTEST_POLL_MS = 1000
const LONGEST_POLL_MS = 15_000

/**
 * Stores a task for `run` and returns its handle.
 * @param startedAs what the call would have returned without waiting.
 */
export async function createTask(
  { connectorId, tool, run, startedAs }: NewTask,
  runs: Runs,
): Promise<TaskCreated> {
  const { tracking } = runs
  if (!tracking) throw new AppError('internal', 'Tasks need runs to be watched.')
  const nowMs = runs.now()
  const extra = Object.fromEntries(
    Object.entries(notesOf(startedAs)).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'boolean' ? [[name, value] as const] : [],
    ),
  )
  const task: Task = {
    connectorId,
    tool,
    run: run.run,
    watchId: run.watchId,
    createdAtMs: nowMs,
    cancelledAtMs: null,
    closedJson: null,
    extra,
  }
  const taskId = await tracking.tasks.create(task)
  const started = { state: run.state, polledAtMs: nowMs, nextPollAtMs: nowMs }
  const fields = fieldsOf(taskId, task, started, { ...runs, tracking })
  return { ...fields, status: 'working', resultType: 'task' }
}

interface NewTask {
  connectorId: string
  tool: string
  run: DeferredRun
  startedAs: Record<string, unknown>
}

/** `tasks/get`: a `DetailedTask` of the extension. @throws AppError `not_found` for a task that this connector does not have. */
export async function getTask({ taskId, canElicit }: TaskRequest, access: TaskAccess): Promise<TaskFields> {
  const { context, runs } = access
  const { config } = context.principal
  const { task, account } = await findTask(taskId, access)
  const watch = await freshWatch(task, account, access)
  const fields = fieldsOf(taskId, task, watch, runs)
  if (task.cancelledAtMs !== null) return { ...fields, status: 'cancelled' }
  if (task.closedJson !== null)
    return { ...fields, status: 'completed', result: parseObject(task.closedJson) ?? {} }
  if (watch.outcome === null && watch.state !== 'approval_required') return { ...fields, status: 'working' }
  const inputRequests = inputRequestsOf(watch, { config, canElicit })
  if (inputRequests) return { ...fields, status: 'input_required', inputRequests }
  const result = resultOf(task, watch, config, runs)
  // The result that ended the task stays its result, even if the run goes on afterwards.
  if (watch.outcome === null) await runs.tracking.tasks.close(taskId, toJson(result))
  return { ...fields, status: 'completed', result }
}

/** `tasks/update`: the user's decisions on the run's open questions. Answers to nothing are ignored. */
export async function updateTask(
  { taskId, canElicit, inputResponses }: TaskRequest & { inputResponses: Record<string, unknown> },
  access: TaskAccess,
): Promise<void> {
  const { context, runs } = access
  const { task, account } = await findTask(taskId, access)
  const watch = await freshWatch(task, account, access)
  const responses = toApprovalResponses(watch, inputResponses)
  if (responses.length === 0 || task.cancelledAtMs !== null) return
  if (!inputRequestsOf(watch, { config: context.principal.config, canElicit })) return
  await account.operation('resolve_gumloop_session_approvals', {
    session_id: task.run.id,
    approval_responses: responses,
  })
  // The next tasks/get must not ask again what was just answered.
  await runs.invalidate(task.run)
  await observe(task, account, access)
}

const CANCEL: Record<RunRef['kind'], string> = {
  session: 'cancel_a_gumloop_session',
  flow_run: 'kill_a_gumloop_flow_run',
}

/** `tasks/cancel`: stops the run if the connector may, else only the task. A task that is over stays unchanged. */
export async function cancelTask({ taskId }: TaskRequest, access: TaskAccess): Promise<void> {
  const { context, runs } = access
  const { task, account } = await findTask(taskId, access)
  const watch = await freshWatch(task, account, access)
  if (watch.outcome !== null || task.cancelledAtMs !== null || task.closedJson !== null) return
  if (mayCall(CANCEL[task.run.kind], context.principal.config))
    await stopRun(task.run, watch, account, access)
  await runs.tracking.tasks.cancel(taskId, runs.now())
}

async function stopRun(
  run: RunRef,
  watch: Watch,
  { operation, observationUntil }: Account,
  { context, runs }: TaskAccess,
): Promise<void> {
  const { turnId, isOver } = await observeRun(run, observationUntil(context.deadlineMs))
  // A newer turn of the session belongs to another call.
  if (turnId !== watch.turnId || isOver) return
  await operation(
    CANCEL[run.kind],
    run.kind === 'session' ? { session_id: run.id } : { run_id: run.id, ...run.scope },
  )
  await runs.invalidate(run)
}

async function findTask(taskId: string, { context, runs, open }: TaskAccess): Promise<OpenTask> {
  const { connectorId, config } = context.principal
  const task = await runs.tracking.tasks.get(taskId)
  const isOwn = task !== undefined && task.connectorId === connectorId && callableOver(config)(task.tool)
  if (!isOwn) throw unknownTask()
  const account = await open()
  // The account may have got other credentials, which need not be allowed to see what those before have seen.
  if (task.run.generation !== account.generation()) throw unknownTask()
  return { task, account }
}

function unknownTask(): AppError {
  return new AppError('not_found', 'There is no such task, or it has expired.', {
    nextStep: 'Call the tool again to get the result.',
  })
}

/** What is known of the task's turn; a poller that has died is replaced, so that no task waits forever. */
async function freshWatch(task: Task, account: Account, access: TaskAccess): Promise<Watch> {
  const { now, tracking } = access.runs
  const watch = await tracking.watch(task.watchId)
  if (watch === undefined) throw unknownTask()
  if (watchState(watch, now()) !== 'overdue') return watch
  try {
    await observe(task, account, access)
  } catch {
    // What was recorded last is still an answer.
    return watch
  }
  return (await tracking.watch(task.watchId)) ?? watch
}

async function observe(
  { run }: Task,
  { observationUntil, signal }: Account,
  { context, runs }: TaskAccess,
): Promise<void> {
  const { deadlineMs, principal } = context
  const { connectorId } = principal
  const operation = observationUntil(deadlineMs)
  await runs.tracking.report({ run, connectorId, untilMs: deadlineMs, signal, operation })
}

/** Exactly what the call would have returned, had it waited: on 2026-07-28 a result says that it is complete. */
function resultOf(
  task: Task,
  watch: Watch,
  config: ConnectorConfig,
  runs: Runs,
): ToolResult & { resultType: 'complete' } {
  try {
    const report = reportOfWatch(watch, runs.now() - task.createdAtMs)
    const described = describeReport(report, callableOver(config), task.extra)
    return { resultType: 'complete', ...toToolResult(described, resultCharacters(config)) }
  } catch (error) {
    return { resultType: 'complete', ...toToolError(toAppError(error)) }
  }
}

function fieldsOf(
  taskId: string,
  task: Task,
  watch: Pick<Watch, 'state' | 'polledAtMs' | 'nextPollAtMs'>,
  { tracking, now }: WatchedRuns,
): Omit<TaskFields, 'status'> {
  const untilPollMs = watch.nextPollAtMs - now()
  return {
    taskId,
    ...(watch.state !== null && { statusMessage: watch.state }),
    createdAt: toTimestamp(task.createdAtMs),
    lastUpdatedAt: toTimestamp(Math.max(watch.polledAtMs, task.createdAtMs)),
    // A client that comes back after the record has been removed gets "no such task".
    ttlMs: tracking.watchLimitMs + STORED_AFTER_END_SECONDS * 1000,
    pollIntervalMs: Math.min(LONGEST_POLL_MS, Math.max(SHORTEST_POLL_MS, Math.ceil(untilPollMs))),
  }
}
