/**
 * The MCP extension `io.modelcontextprotocol/tasks` (2026-07-28): a call that would have to wait answers with a handle
 * at once, and the client comes back for the result. Behind a task stands what is watched of the run, nothing else. The
 * handle is bound to its connector and checked on each request, and so is the filter.
 */
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { findTool } from '../catalog/catalog.ts'
import { mayCall } from '../catalog/tool-filter.ts'
import { observeRun } from '../runs/observe/observe-run.ts'
import type { RunRef } from '../runs/run.ts'
import type { Runs } from '../runs/runs.ts'
import { isSilent } from '../runs/watch/attach-to-watch.ts'
import type { Task } from '../runs/watch/task-store.ts'
import { lookOnce, type RunReport, reportOfWatch } from '../runs/watch/wait-for-run.ts'
import type { Watch } from '../runs/watch/watch.ts'
import { toTimestamp } from '../shared/clock.ts'
import { AppError, toAppError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { type AccountAccessDeps, openAccount } from './account-access.ts'
import { describeReport, notesOf } from './handlers/wait.ts'
import { askedInput, toApprovalResponses } from './task-input.ts'
import type { ToolOutcome } from './tool-call.ts'
import { toToolError } from './tool-error.ts'
import { type ToolResult, toToolResult } from './tool-result.ts'

export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/** What every answer about a task has. */
type TaskFields = {
  taskId: string
  status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'
  /** Gumloop's own word for the state of the run. */
  statusMessage?: string
  createdAt: string
  lastUpdatedAt: string
  ttlMs: number
  pollIntervalMs: number
  /** With `completed`: what the call would have answered. */
  result?: Record<string, unknown>
  /** With `input_required`. */
  inputRequests?: Record<string, unknown>
}

export type TaskCreated = TaskFields & { resultType: 'task' }

/** Who asks about a task, and what the client can do. */
export interface TaskRequest {
  taskId: string
  caller: {
    connectorId: string
    accountId: string
    config: { methods: readonly string[]; tags: readonly string[] }
  }
  /** The client can ask its person (MCP elicitation). */
  canElicit: boolean
  deadlineMs: number
  signal: AbortSignal
}

export interface TaskDeps extends AccountAccessDeps {
  runs: Runs & { kept: NonNullable<Runs['kept']> }
  logger: Logger
}

/** A result is kept for a week after the run; a client that asks for it later gets "no such task". */
const KEPT_AFTER_END_MS = 7 * 86_400_000
const SHORTEST_POLL_MS = 1000
const LONGEST_POLL_MS = 15_000

/** Keeps the task and answers with its handle. `outcome` is what the call would have answered without waiting. */
export async function createTask(
  tool: string,
  report: RunReport & { watchId: string },
  outcome: ToolOutcome,
  caller: { connectorId: string },
  runs: Runs,
): Promise<TaskCreated> {
  if (!runs.kept) throw new AppError('internal', 'Tasks need runs to be watched.')
  const nowMs = runs.now()
  const extra = Object.fromEntries(
    Object.entries(notesOf(outcome.structured)).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'boolean' ? [[name, value] as const] : [],
    ),
  )
  const task: Task = {
    connectorId: caller.connectorId,
    tool,
    run: report.run,
    watchId: report.watchId,
    createdAtMs: nowMs,
    cancelledAtMs: null,
    closedJson: null,
    extra,
  }
  const taskId = await runs.kept.tasks.create(task)
  const fields = fieldsOf(taskId, task, { state: report.state, polledAtMs: nowMs, nextPollAtMs: nowMs }, runs)
  return { ...fields, status: 'working', resultType: 'task' }
}

/** `tasks/get`: a `DetailedTask` of the extension. @throws ProtocolError -32602 for a task that this connector does not have. */
export async function getTask(request: TaskRequest, deps: TaskDeps): Promise<TaskFields> {
  const { taskId } = request
  const { runs } = deps
  const task = await findTask(request, runs)
  const watch = await freshWatch(task, request, deps)
  const fields = fieldsOf(taskId, task, watch, runs)
  if (task.cancelledAtMs !== null) return { ...fields, status: 'cancelled' }
  if (task.closedJson !== null) return { ...fields, status: 'completed', result: JSON.parse(task.closedJson) }
  if (watch.outcome === null && watch.state !== 'approval_required') return { ...fields, status: 'working' }
  const inputRequests = askedInput(watch, request)
  if (inputRequests) return { ...fields, status: 'input_required', inputRequests }
  const result = resultOf(task, watch, request, runs)
  // What was given as the end stays the end, even if the run goes on afterwards.
  if (watch.outcome === null) await runs.kept.tasks.close(taskId, JSON.stringify(result))
  return { ...fields, status: 'completed', result }
}

/** `tasks/update`: what the person decided about the run's open questions. Answers to nothing are ignored. */
export async function updateTask(
  request: TaskRequest & { inputResponses: Record<string, unknown> },
  deps: TaskDeps,
): Promise<void> {
  const { runs } = deps
  const task = await findTask(request, runs)
  const watch = await freshWatch(task, request, deps)
  const responses = toApprovalResponses(watch, request.inputResponses)
  if (responses.length === 0 || task.cancelledAtMs !== null || !askedInput(watch, request)) return
  await onGumloop(task.run, request, deps, async operation => {
    await operation('resolve_gumloop_session_approvals', {
      session_id: task.run.id,
      approval_responses: responses,
    })
    // The next tasks/get must not ask again what has just been answered.
    await runs.kept.watching.store.touch(task.run, runs.now())
    await lookOnce({ ...waitOf(task, request), operation }, { ...runs, watching: runs.kept.watching })
  })
}

const CANCEL: Record<RunRef['kind'], string> = {
  session: 'cancel_a_gumloop_session',
  flow_run: 'kill_a_gumloop_flow_run',
}

/** `tasks/cancel`: stops the run where the connector may, else only the waiting. One that is over stays as it is. */
export async function cancelTask(request: TaskRequest, deps: TaskDeps): Promise<void> {
  const { caller } = request
  const { runs } = deps
  const task = await findTask(request, runs)
  const watch = await freshWatch(task, request, deps)
  if (watch.outcome !== null || task.cancelledAtMs !== null || task.closedJson !== null) return
  const tool = CANCEL[task.run.kind]
  if (mayCall(tool, caller.config)) {
    await onGumloop(task.run, request, deps, async operation => {
      const { turnId, isOver } = await observeRun(task.run, operation)
      // A session that has run on to a newer message is somebody else's work by now.
      if (turnId !== watch.turnId || isOver) return
      await operation(
        tool,
        task.run.kind === 'session'
          ? { session_id: task.run.id }
          : { run_id: task.run.id, ...task.run.scope },
      )
      await runs.kept.watching.store.touch(task.run, runs.now())
    })
  }
  await runs.kept.tasks.cancel(request.taskId, runs.now())
}

async function findTask({ taskId, caller }: TaskRequest, { kept }: TaskDeps['runs']): Promise<Task> {
  const task = await kept.tasks.get(taskId)
  const isOwn =
    task !== undefined &&
    task.connectorId === caller.connectorId &&
    findTool(task.tool) !== undefined &&
    mayCall(task.tool, caller.config)
  if (!isOwn) throw unknownTask()
  return task
}

function unknownTask(): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no such task, or it has expired.')
}

/** What is known of the task's turn; a watcher that has died is replaced, so that no task waits for ever. */
async function freshWatch(task: Task, request: TaskRequest, deps: TaskDeps): Promise<Watch> {
  const { store } = deps.runs.kept.watching
  const watch = await store.get(task.watchId)
  if (watch === undefined) throw unknownTask()
  if (!isSilent(watch, deps.runs.now())) return watch
  await onGumloop(task.run, request, deps, async operation => {
    await lookOnce(
      { ...waitOf(task, request), operation },
      { ...deps.runs, watching: deps.runs.kept.watching },
    )
  }).catch(() => undefined)
  return (await store.get(task.watchId)) ?? watch
}

function waitOf(task: Task, { deadlineMs, signal, caller }: TaskRequest) {
  return { run: task.run, connectorId: caller.connectorId, untilMs: deadlineMs, signal }
}

/** @throws ProtocolError -32603 with the words that a tool's error would have. */
async function onGumloop(
  run: RunRef,
  { signal, deadlineMs }: TaskRequest,
  deps: TaskDeps,
  act: (operation: Parameters<typeof observeRun>[1]) => Promise<void>,
): Promise<void> {
  try {
    const operationUntil = await openAccount(run.accountId, { signal, onAnswer: () => undefined }, deps)
    await act(operationUntil(deadlineMs))
  } catch (thrown) {
    const error = toAppError(thrown)
    throw new ProtocolError(ProtocolErrorCode.InternalError, error.message)
  }
}

/** Exactly what the call would have answered, had it waited: on 2026-07-28 a result says that it is complete. */
function resultOf(
  task: Task,
  watch: Watch,
  { caller }: TaskRequest,
  runs: Runs,
): ToolResult & { resultType: 'complete' } {
  const allowed = (name: string) => findTool(name) !== undefined && mayCall(name, caller.config)
  try {
    const report = reportOfWatch(watch, runs.now() - task.createdAtMs)
    const structured = { ...describeReport(report, allowed), ...task.extra }
    return { resultType: 'complete', ...toToolResult({ structured }) }
  } catch (thrown) {
    return { resultType: 'complete', ...toToolError(toAppError(thrown)) }
  }
}

function fieldsOf(
  taskId: string,
  task: Task,
  watch: Pick<Watch, 'state' | 'polledAtMs' | 'nextPollAtMs'>,
  { kept, now }: Runs,
): Omit<TaskFields, 'status'> {
  const untilPollMs = watch.nextPollAtMs - now()
  return {
    taskId,
    ...(watch.state !== null && { statusMessage: watch.state }),
    createdAt: toTimestamp(task.createdAtMs),
    lastUpdatedAt: toTimestamp(Math.max(watch.polledAtMs, task.createdAtMs)),
    ttlMs: (kept?.watching.watchLimitMs ?? 0) + KEPT_AFTER_END_MS,
    pollIntervalMs: Math.min(LONGEST_POLL_MS, Math.max(SHORTEST_POLL_MS, Math.ceil(untilPollMs))),
  }
}
