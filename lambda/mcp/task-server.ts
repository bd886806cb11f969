/** The SDK's server, made to speak the tasks extension: it knows its result type, but has no runtime for it. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type JSONRPCRequest,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Result,
  Server,
  type ServerContext,
  type StandardSchemaV1,
} from '@modelcontextprotocol/server'
import { describeCause } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import {
  cancelTask,
  getTask,
  TASKS_EXTENSION,
  type TaskDeps,
  type TaskRequest,
  updateTask,
} from '../tools/tasks.ts'
import { asInvalidParams } from './invalid-params.ts'

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>

/** A server whose `tools/call` may also answer with a task: the SDK would hold that against the schema of a result. */
export class TaskServer extends Server {
  protected override _wrapHandler(method: string, sdkHandler: Handler): Handler {
    const handler: Handler = async (request, context) => {
      try {
        return await sdkHandler(request, context)
      } catch (thrown) {
        throw asInvalidParams(thrown)
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

/** True when this very request says that its client takes tasks: the server may answer with one only then. */
export function declaresTasks(context: ServerContext): boolean {
  const { extensions } = capabilitiesOf(context)
  return isObject(extensions) && isObject(extensions[TASKS_EXTENSION])
}

/** Serves `tasks/get`, `tasks/update` and `tasks/cancel`. 2026-07-28 only: older revisions mean something else by them. */
export function serveTasks(
  server: Server,
  request: Omit<TaskRequest, 'taskId' | 'signal' | 'canElicit'>,
  deps: TaskDeps,
): void {
  const serve = (method: string, answer: (of: TaskRequest, context: ServerContext) => Promise<Result>) => {
    server.setRequestHandler(method, { params: TASK_PARAMS }, async ({ taskId }, context) => {
      if (!declaresTasks(context)) {
        const requiredCapabilities = { extensions: { [TASKS_EXTENSION]: {} } }
        throw new MissingRequiredClientCapabilityError({ requiredCapabilities })
      }
      const canElicit = isObject(capabilitiesOf(context).elicitation)
      const startedMs = Date.now()
      const finish = (outcome: string) =>
        deps.logger.info('task_call', {
          connector_id: request.caller.connectorId,
          account_id: request.caller.accountId,
          method,
          outcome,
          duration_ms: Date.now() - startedMs,
        })
      try {
        const result = await answer({ ...request, taskId, canElicit, signal: context.mcpReq.signal }, context)
        finish('ok')
        return result
      } catch (error) {
        finish(error instanceof ProtocolError ? 'refused' : 'internal')
        if (error instanceof ProtocolError) throw error
        deps.logger.error('task_call_failed', { method, reason: describeCause(error) })
        throw new ProtocolError(
          ProtocolErrorCode.InternalError,
          'An internal error occurred. It was logged; try again.',
        )
      }
    })
  }
  serve('tasks/get', of => getTask(of, deps))
  serve('tasks/update', async (of, context) => {
    await updateTask({ ...of, inputResponses: { ...context.mcpReq.inputResponses } }, deps)
    return {}
  })
  serve('tasks/cancel', async of => {
    await cancelTask(of, deps)
    return {}
  })
}

function capabilitiesOf({ mcpReq }: ServerContext): Record<string, unknown> {
  const envelope: Record<string, unknown> = { ...mcpReq.envelope }
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY]
  return isObject(declared) ? declared : {}
}

/** `{taskId}` as the SDK takes a schema (Standard Schema), without loading one of the libraries that make them. */
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
