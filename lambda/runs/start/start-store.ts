/** Records starts, so that a call that is repeated after a lost answer returns the first run instead of a second. */
import { randomUUID } from 'node:crypto'
import type { Item } from '../../aws/attribute-value.ts'
import type { ItemKey, TableReader } from '../../aws/table-access.ts'
import { AppError } from '../../shared/errors.ts'
import { ITEM_PREFIX, TABLE } from '../../shared/names.ts'

/** One recorded start. */
export interface Start {
  startId: string
  /** Stands for all arguments: a start with another fingerprint under the same key is another start. */
  fingerprint: string
  /** The session id that was sent to Gumloop, or the flow run's id once it is known. */
  runId: string | null
  /** 0: it was rejected, so it never started. */
  startedAtMs: number
  /** True: its answer has arrived, and says that it started. */
  isSettled: boolean
  /** True: its answer was lost, so that it may have taken effect. */
  isLost: boolean
}

export interface Claim {
  start: Start
  /** True: this caller is the one to send it. */
  isFirst: boolean
}

export interface StartStore {
  /**
   * Records a start under `key`, unless one is recorded there that still counts: for `settledMs` once its answer is
   * known, for ten minutes or `settledMs`, whichever is longer, while it is not.
   */
  claim(
    key: string,
    start: { fingerprint: string; runId: string | null; settledMs: number },
    nowMs: number,
  ): Promise<Claim>
  /** The recorded start; undefined: none, or another one. */
  get(key: string, startId: string): Promise<Start | undefined>
  /** The answer has arrived: it started, as this run where Gumloop returned an id. */
  settle(key: string, startId: string, runId: string | null): Promise<void>
  /** Its answer was lost: it may have started. */
  lose(key: string, startId: string): Promise<void>
  /** It certainly did not start: the next call may start it. */
  release(key: string, startId: string): Promise<void>
}

/** A start whose answer was lost blocks its repetition for this long; after that its outcome cannot be found out. */
const UNSETTLED_MS = 10 * 60_000
const STORED_SECONDS = 2 * 86_400

export function createStartStore(table: TableReader): StartStore {
  async function release(key: string, startId: string): Promise<void> {
    await table.updateItem(startKey(key), {
      expression: 'SET started_at_ms = :never',
      condition: 'start_id = :id',
      values: { ':never': 0, ':id': startId },
      proof: 'repeatable',
    })
  }

  return {
    async claim(key, { fingerprint, runId, settledMs }, nowMs) {
      const start: Start = {
        startId: randomUUID(),
        fingerprint,
        runId,
        startedAtMs: nowMs,
        isSettled: false,
        isLost: false,
      }
      const claimed = table.updateItem(startKey(key), {
        expression:
          'SET start_id = :id, fingerprint = :fingerprint, run_id = :run, started_at_ms = :now, settled = :no, lost = :no, #ttl = :ttl',
        condition:
          'attribute_not_exists(pk) OR started_at_ms < :unsettled OR (settled = :yes AND started_at_ms < :settled)',
        names: { '#ttl': TABLE.timeToLive },
        values: {
          ':id': start.startId,
          ':fingerprint': fingerprint,
          ':run': runId,
          ':now': nowMs,
          ':no': false,
          ':yes': true,
          ':ttl': Math.floor(nowMs / 1000) + STORED_SECONDS,
          ':unsettled': nowMs - Math.max(UNSETTLED_MS, settledMs),
          ':settled': nowMs - settledMs,
        },
        proof: { start_id: start.startId },
      })
      const isFirst = await claimed.catch(async error => {
        // Nothing is sent now, so a record that was written after all must not block the next call.
        await release(key, start.startId).catch(() => undefined)
        throw error
      })
      if (isFirst) return { start, isFirst }
      const item = await table.getItem(startKey(key), { consistent: true })
      if (item === undefined) throw new AppError('internal', 'The start could not be recorded. Call again.')
      return { start: startFromItem(item), isFirst }
    },

    async get(key, startId) {
      const item = await table.getItem(startKey(key), { consistent: true })
      const start = item && startFromItem(item)
      return start?.startId === startId ? start : undefined
    },

    async settle(key, startId, runId) {
      await table.updateItem(startKey(key), {
        expression: 'SET settled = :yes, run_id = :run',
        condition: 'start_id = :id',
        values: { ':yes': true, ':run': runId, ':id': startId },
        proof: 'repeatable',
      })
    },

    async lose(key, startId) {
      await table.updateItem(startKey(key), {
        expression: 'SET lost = :yes',
        condition: 'start_id = :id AND settled = :no',
        values: { ':yes': true, ':no': false, ':id': startId },
        proof: 'repeatable',
      })
    },

    release,
  }
}

function startKey(key: string): ItemKey {
  return { pk: `${ITEM_PREFIX.start}${key}`, sk: 'START' }
}

function startFromItem(item: Item): Start {
  const { start_id, fingerprint, run_id, started_at_ms, settled, lost } = item
  return {
    startId: String(start_id),
    fingerprint: String(fingerprint),
    runId: typeof run_id === 'string' ? run_id : null,
    startedAtMs: Number(started_at_ms),
    isSettled: settled === true,
    isLost: lost === true,
  }
}
