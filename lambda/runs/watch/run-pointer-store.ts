/** Pointers of runs in the table, and the lease that lets one caller at a time observe a run. */
import { randomUUID } from 'node:crypto'
import type { ItemUpdate, TableReader } from '../../aws/table-access.ts'
import { TABLE } from '../../shared/names.ts'
import type { RunRef } from '../run.ts'
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
  /** Gives the lease back after an observation that failed; the pointer stays as it was. */
  releaseLease(run: RunRef, leaseId: string): Promise<void>
  /** Something was sent to the run through this server: the next caller has to observe it. */
  invalidate(run: RunRef, nowMs: number): Promise<void>
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

    async releaseLease(run, leaseId) {
      await table.updateItem(pointerKey(run), releaseUpdate(leaseId))
    },

    async invalidate(run, nowMs) {
      await table.updateItem(pointerKey(run), invalidateUpdate(nowMs))
    },
  }
}

function leaseUpdate(leaseId: string, { observedFromMs }: RunPointer, nowMs: number): ItemUpdate {
  const isFree = `(attribute_not_exists(${ATTRIBUTE.leaseUntilMs}) OR ${ATTRIBUTE.leaseUntilMs} < :now)`
  const isUnchanged = `(attribute_not_exists(${ATTRIBUTE.observedFromMs}) OR ${ATTRIBUTE.observedFromMs} = :from)`
  return {
    expression: `SET ${ATTRIBUTE.leaseId} = :id, ${ATTRIBUTE.leaseUntilMs} = :until, #ttl = :ttl`,
    condition: `${isFree} AND ${isUnchanged}`,
    names: { '#ttl': TABLE.timeToLive },
    values: {
      ':id': leaseId,
      ':until': nowMs + LEASE_MS,
      ':now': nowMs,
      ':from': observedFromMs,
      ':ttl': removableFrom(nowMs),
    },
    proof: { [ATTRIBUTE.leaseId]: leaseId },
  }
}

function releaseUpdate(leaseId: string): ItemUpdate {
  return {
    expression: `SET ${ATTRIBUTE.leaseUntilMs} = :none`,
    condition: `${ATTRIBUTE.leaseId} = :id`,
    values: { ':none': 0, ':id': leaseId },
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
