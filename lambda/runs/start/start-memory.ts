/** Remembers starts, so that a call that is repeated after a lost answer returns the first run instead of a second. */
import { randomUUID } from 'node:crypto'
import type { Item } from '../../aws/attribute-value.ts'
import type { ItemKey, TableReader } from '../../aws/table-access.ts'
import { AppError } from '../../shared/errors.ts'
import { ITEM_PREFIX, TABLE } from '../../shared/names.ts'

/** One remembered start. */
export interface Start {
  startId: string
  /** Stands for everything that the call asked for: another one under the same key is another start. */
  fingerprint: string
  /** The session id that Gumloop was told, or the flow run's id once it is known. */
  runId: string | null
  startedAtMs: number
  /** False: its answer is not here yet, or was lost; it may have taken effect. */
  isSettled: boolean
}

export interface Claim {
  start: Start
  /** True: this caller is the one to send it. */
  isFirst: boolean
}

export interface StartMemory {
  /**
   * Remembers a start under `key`, unless one is remembered there that still counts: for `settledMs` once its answer is
   * known, for ever so long while it is not.
   */
  claim(
    key: string,
    wanted: { fingerprint: string; runId: string | null; settledMs: number },
    nowMs: number,
  ): Promise<Claim>
  /** What is remembered now; undefined: nothing, or another start. */
  read(key: string, startId: string): Promise<Start | undefined>
  /** The answer is there: it was started, as this run where Gumloop named one. */
  settle(key: string, startId: string, runId: string | null): Promise<void>
  /** It was certainly not started: the next call may. */
  forget(key: string, startId: string): Promise<void>
}

/** A start whose answer was lost blocks its repetition for this long, then its outcome is past finding out. */
const UNSETTLED_MS = 10 * 60_000
const KEPT_SECONDS = 2 * 86_400

export function createStartMemory(table: TableReader): StartMemory {
  return {
    async claim(key, { fingerprint, runId, settledMs }, nowMs) {
      const start: Start = { startId: randomUUID(), fingerprint, runId, startedAtMs: nowMs, isSettled: false }
      const isFirst = await table.updateItem(startKey(key), {
        expression:
          'SET start_id = :id, fingerprint = :fingerprint, run_id = :run, started_at_ms = :now, settled = :no, #ttl = :ttl',
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
          ':ttl': Math.floor(nowMs / 1000) + KEPT_SECONDS,
          ':unsettled': nowMs - Math.max(UNSETTLED_MS, settledMs),
          ':settled': nowMs - settledMs,
        },
      })
      if (isFirst) return { start, isFirst }
      const item = await table.getItem(startKey(key), { consistent: true })
      if (item === undefined) throw new AppError('internal', 'The start could not be remembered. Call again.')
      return { start: startFromItem(item), isFirst }
    },

    async read(key, startId) {
      const item = await table.getItem(startKey(key), { consistent: true })
      const start = item && startFromItem(item)
      return start?.startId === startId ? start : undefined
    },

    async settle(key, startId, runId) {
      await table.updateItem(startKey(key), {
        expression: 'SET settled = :yes, run_id = :run',
        condition: 'start_id = :id',
        values: { ':yes': true, ':run': runId, ':id': startId },
      })
    },

    async forget(key, startId) {
      await table.updateItem(startKey(key), {
        expression: 'SET started_at_ms = :never',
        condition: 'start_id = :id',
        values: { ':never': 0, ':id': startId },
      })
    },
  }
}

function startKey(key: string): ItemKey {
  return { pk: `${ITEM_PREFIX.start}${key}`, sk: 'START' }
}

function startFromItem(item: Item): Start {
  const { start_id, fingerprint, run_id, started_at_ms, settled } = item
  return {
    startId: String(start_id),
    fingerprint: String(fingerprint),
    runId: typeof run_id === 'string' ? run_id : null,
    startedAtMs: Number(started_at_ms),
    isSettled: settled === true,
  }
}
