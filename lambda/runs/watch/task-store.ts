/** Tasks of the MCP extension in the table: which connector waits for which run, under a handle that only its client has. */
import { randomBytes } from 'node:crypto'
import { NO_GENERATION } from '../../accounts/credential-generation.ts'
import type { Item } from '../../aws/attribute-value.ts'
import type { ItemKey, TableReader } from '../../aws/table-access.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { ITEM_PREFIX, TABLE } from '../../shared/names.ts'
import { digest, type RunRef } from '../run.ts'
import { removableFrom } from './watch-item.ts'

/** One call that continues as a task. */
export interface Task {
  connectorId: string
  /** Tool that was called: the filter must still allow it. */
  tool: string
  run: RunRef
  watchId: string
  createdAtMs: number
  /** When the client cancelled it; null: it has not. */
  cancelledAtMs: number | null
  /** The result with which the task ended while its run still asked for something; null: it has none. */
  closedJson: string | null
  /** Fields of the call's own answer beside the run: that its start was repeated. */
  extra: Record<string, string | boolean>
}

export interface TaskStore {
  /** Stores the task and returns its handle: 192 random bits, of which only a hash is stored. */
  create(task: Task): Promise<string>
  /** Strongly consistent; undefined: there is none with that handle. */
  get(taskId: string): Promise<Task | undefined>
  cancel(taskId: string, nowMs: number): Promise<void>
  /** Ends the task with a result. */
  close(taskId: string, resultJson: string): Promise<void>
}

const HANDLE = /^[\w-]{32}$/

export function createTaskStore(table: TableReader): TaskStore {
  return {
    async create(task) {
      const taskId = randomBytes(24).toString('base64url')
      const isNew = await table.updateItem(taskKey(taskId), {
        expression:
          'SET connector_id = :connector, tool = :tool, kind = :kind, account_id = :account, generation = :generation, run_id = :run, #scope = :scope, watch_id = :watch, created_at_ms = :created, cancelled_at_ms = :null, closed_json = :null, extra = :extra, #ttl = :ttl',
        condition: 'attribute_not_exists(pk)',
        names: { '#ttl': TABLE.timeToLive, '#scope': 'scope' },
        values: {
          ':connector': task.connectorId,
          ':tool': task.tool,
          ':kind': task.run.kind,
          ':account': task.run.accountId,
          ':generation': task.run.generation,
          ':run': task.run.id,
          ':scope': task.run.scope ?? {},
          ':watch': task.watchId,
          ':created': task.createdAtMs,
          ':null': null,
          ':extra': task.extra,
          ':ttl': removableFrom(task.createdAtMs) + LONGEST_TASK_SECONDS,
        },
        proof: 'own key',
      })
      if (!isNew) throw new AppError('internal', 'The task could not be stored. Call again.')
      return taskId
    },

    async get(taskId) {
      if (!HANDLE.test(taskId)) return undefined
      const item = await table.getItem(taskKey(taskId), { consistent: true })
      return item && taskFromItem(item)
    },

    async cancel(taskId, nowMs) {
      await table.updateItem(taskKey(taskId), {
        expression: 'SET cancelled_at_ms = :now',
        condition: 'attribute_exists(pk) AND cancelled_at_ms = :null',
        values: { ':now': nowMs, ':null': null },
        proof: 'repeatable',
      })
    },

    async close(taskId, resultJson) {
      await table.updateItem(taskKey(taskId), {
        expression: 'SET closed_json = :result',
        condition: 'attribute_exists(pk) AND closed_json = :null',
        values: { ':result': resultJson, ':null': null },
        proof: 'repeatable',
      })
    },
  }
}

/** A run may be watched for days before its result has to be available for days. */
const LONGEST_TASK_SECONDS = 2 * 86_400

function taskKey(taskId: string): ItemKey {
  return { pk: `${ITEM_PREFIX.task}${digest(['task', taskId])}`, sk: 'TASK' }
}

function taskFromItem(item: Item): Task {
  const { scope, extra } = item
  const scoped = entriesOf(scope).map(([name, value]) => [name, String(value)])
  return {
    connectorId: String(item.connector_id),
    tool: String(item.tool),
    run: {
      kind: item.kind === 'flow_run' ? 'flow_run' : 'session',
      accountId: String(item.account_id),
      generation: typeof item.generation === 'string' ? item.generation : NO_GENERATION,
      id: String(item.run_id),
      ...(scoped.length > 0 && { scope: Object.fromEntries(scoped) }),
    },
    watchId: String(item.watch_id),
    createdAtMs: Number(item.created_at_ms),
    cancelledAtMs: typeof item.cancelled_at_ms === 'number' ? item.cancelled_at_ms : null,
    closedJson: typeof item.closed_json === 'string' ? item.closed_json : null,
    extra: Object.fromEntries(
      entriesOf(extra).flatMap(([name, value]) =>
        typeof value === 'string' || typeof value === 'boolean' ? [[name, value] as const] : [],
      ),
    ),
  }
}

function entriesOf(value: Item[string] | undefined): [string, Item[string]][] {
  return isObject(value) ? Object.entries(value) : []
}
