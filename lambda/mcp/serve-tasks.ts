/** The tasks extension over the protocol, 2026-07-28 only: the SDK knows its result type, but has no runtime for it. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  type Result,
  type ServerContext,
  type StandardSchemaV1,
} from '@modelcontextprotocol/server'
import type { RequestContext } from '../auth/request-context.ts'
import { isObject } from '../shared/json-value.ts'
import {
  cancelTask,
  getTask,
  type TaskAccess,
  type TaskRequest,
  updateTask,
  type WatchedRuns,
} from '../tools/tasks.ts'
import { type AccountDeps, withAccount } from '../tools/with-account.ts'
import type { GumloopServer } from './gumloop-server.ts'
import { messageContext } from './message-context.ts'

export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/** True if this request says that its client takes tasks: only then may the server answer with one. */
export function acceptsTasks(message: ServerContext): boolean {
  const { extensions } = capabilitiesOf(message)
  return isObject(extensions) && isObject(extensions[TASKS_EXTENSION])
}

/** Serves `tasks/get`, `tasks/update` and `tasks/cancel`. */
export function serveTasks(
  server: GumloopServer,
  request: RequestContext,
  deps: AccountDeps & { runs: WatchedRuns },
): void {
  const { runs } = deps
  const serve = (
    method: string,
    act: (task: TaskRequest, access: TaskAccess, message: ServerContext) => Promise<Result>,
  ) => {
    server.setRequestHandler(method, { params: TASK_PARAMS }, async ({ taskId }, message) => {
      if (!acceptsTasks(message)) {
        const requiredCapabilities = { extensions: { [TASKS_EXTENSION]: {} } }
        throw new MissingRequiredClientCapabilityError({ requiredCapabilities })
      }
      const canElicit = isObject(capabilitiesOf(message).elicitation)
      const context = messageContext(request, message)
      return server.unwrap(
        await withAccount(
          context,
          {
            event: 'task_call',
            subject: { method },
            act: open => act({ taskId, canElicit }, { context, runs, open }, message),
          },
          deps,
        ),
      )
    })
  }
  serve('tasks/get', getTask)
  serve('tasks/update', async (task, access, { mcpReq }) => {
    await updateTask({ ...task, inputResponses: { ...mcpReq.inputResponses } }, access)
    return {}
  })
  serve('tasks/cancel', async (task, access) => {
    await cancelTask(task, access)
    return {}
  })
}

function capabilitiesOf({ mcpReq }: ServerContext): Record<string, unknown> {
  const envelope: Record<string, unknown> = { ...mcpReq.envelope }
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY]
  return isObject(declared) ? declared : {}
}

/** `{taskId}` as a Standard Schema, without loading a schema library. */
const TASK_PARAMS: StandardSchemaV1<unknown, { taskId: string }> = {
  '~standard': {
    version: 1,
    vendor: 'gumloop-mcp',
    validate: value =>
      isObject(value) && typeof value.taskId === 'string'
        ? { value: { taskId: value.taskId } }
        : { issues: [{ message: 'taskId must be a string' }] },
  },
}
