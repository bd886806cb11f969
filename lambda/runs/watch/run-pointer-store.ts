/** Pointers of runs in the table, and the lease that lets one caller at a time observe a run. */
import { randomUUID } from 'node:crypto'
import type { ItemUpdate, TableReader } from '../../aws/table-access.ts'
import { TABLE } from '../../shared/names.ts'
import type { RunRef } from '../run.ts'
import { LONGEST_INTERVAL_MS } from './poll-interval.ts'
import {
  POINTER_ATTRIBUTES as ATTRIBUTE,
  pointerFromItem,
  pointerKey,
  type RunPointer,
} from './run-pointer.ts'
import { removableFrom } from './watch-item.ts'

/** Longer than an observation may take, and short enough that a caller that died blocks nobody for long. */
const LEASE_MS = 15_000

export interface RunPointerStore {
  /** Strongly consistent. */
  get(run: RunRef): Promise<RunPointer>
  /**
   * The right to observe the run alone for some seconds. Undefined: another caller has it, or has observed the run since
   * `pointer` was read, so that reading again answers the question.
   */
  takeLease(run: RunRef, pointer: RunPointer, nowMs: number): Promise<string | undefined>
  /** Gives the lease back and records what the observation found. */
  pointTo(run: RunRef, leaseId: string, found: FoundTurn, nowMs: number): Promise<void>
  /** Gives the lease back after an observation that failed; nobody takes it before `failed.notBeforeMs`. */
  releaseLease(run: RunRef, leaseId: string, failed?: FailedObservation): Promise<void>
  /** Something was sent to the run through this server: the next caller has to observe it. */
  invalidate(run: RunRef, nowMs: number): Promise<void>
}

export interface FailedObservation {
  /** How many failed in a row. */
  failures: number
  failedCode: string
  notBeforeMs: number
}

export interface FoundTurn {
  watchId: string
  observedFromMs: number
  /** `invalidations` as it was before the observation. */
  seenInvalidations: number
}

export function createRunPointerStore(table: TableReader): RunPointerStore {
  return {
    get: async run => pointerFromItem(await table.getItem(pointerKey(run), { consistent: true })),

    async takeLease(run, pointer, nowMs) {
      const leaseId = randomUUID()
      const isTaken = await table.updateItem(pointerKey(run), leaseUpdate(leaseId, pointer, nowMs))
      return isTaken ? leaseId : undefined
    },

    async pointTo(run, leaseId, found, nowMs) {
      await table.updateItem(pointerKey(run), pointUpdate(leaseId, found, nowMs))
    },

    async releaseLease(run, leaseId, failed) {
      await table.updateItem(pointerKey(run), releaseUpdate(leaseId, failed))
    },

    async invalidate(run, nowMs) {
      await table.updateItem(pointerKey(run), invalidateUpdate(nowMs))
    },
  }
}

function leaseUpdate(leaseId: string, { observedFromMs }: RunPointer, nowMs: number): ItemUpdate {
  // A lease that lasts longer than any can was taken by a clock that was wrong.
  const isFree = `(attribute_not_exists(${ATTRIBUTE.leaseUntilMs}) OR ${ATTRIBUTE.leaseUntilMs} < :now OR ${ATTRIBUTE.leaseUntilMs} > :until)`
  const isDue = `(attribute_not_exists(${ATTRIBUTE.notBeforeMs}) OR ${ATTRIBUTE.notBeforeMs} <= :now OR ${ATTRIBUTE.notBeforeMs} > :beyond)`
  const isUnchanged = `(attribute_not_exists(${ATTRIBUTE.observedFromMs}) OR ${ATTRIBUTE.observedFromMs} = :from)`
  return {
    expression: `SET ${ATTRIBUTE.leaseId} = :id, ${ATTRIBUTE.leaseUntilMs} = :until, #ttl = :ttl`,
    condition: `${isFree} AND ${isDue} AND ${isUnchanged}`,
    names: { '#ttl': TABLE.timeToLive },
    values: {
      ':id': leaseId,
      ':until': nowMs + LEASE_MS,
      ':now': nowMs,
      ':beyond': nowMs + LONGEST_INTERVAL_MS,
      ':from': observedFromMs,
      ':ttl': removableFrom(nowMs),
    },
    proof: { [ATTRIBUTE.leaseId]: leaseId },
  }
}

const NOTHING_FAILED: FailedObservation = { failures: 0, failedCode: '', notBeforeMs: 0 }

function releaseUpdate(leaseId: string, failed = NOTHING_FAILED): ItemUpdate {
  const { failures, failedCode, notBeforeMs } = failed
  return {
    expression: `SET ${ATTRIBUTE.leaseUntilMs} = :none, ${ATTRIBUTE.failures} = :failures, ${ATTRIBUTE.failedCode} = :code, ${ATTRIBUTE.notBeforeMs} = :not_before`,
    condition: `${ATTRIBUTE.leaseId} = :id`,
    values: {
      ':none': 0,
      ':id': leaseId,
      ':failures': failures,
      ':code': failedCode,
      ':not_before': notBeforeMs,
    },
    proof: 'repeatable',
  }
}

function pointUpdate(leaseId: string, found: FoundTurn, nowMs: number): ItemUpdate {
  const { expression, condition, values, proof } = releaseUpdate(leaseId)
  return {
    expression: `${expression}, ${ATTRIBUTE.watchId} = :watch, ${ATTRIBUTE.observedFromMs} = :from, ${ATTRIBUTE.seenInvalidations} = :seen, #ttl = :ttl`,
    condition,
    names: { '#ttl': TABLE.timeToLive },
    values: {
      ...values,
      ':watch': found.watchId,
      ':from': found.observedFromMs,
      ':seen': found.seenInvalidations,
      ':ttl': removableFrom(nowMs),
    },
    proof,
  }
}

function invalidateUpdate(nowMs: number): ItemUpdate {
  return {
    expression: `ADD ${ATTRIBUTE.invalidations} :one SET #ttl = :ttl`,
    // Without a pointer there is nothing to invalidate: the next waiter observes the run anyway.
    condition: 'attribute_exists(pk)',
    names: { '#ttl': TABLE.timeToLive },
    values: { ':one': 1, ':ttl': removableFrom(nowMs) },
    // Counted twice, it still differs from what was seen.
    proof: 'repeatable',
  }
}
