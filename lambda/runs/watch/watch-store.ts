/** Watched turns in the table. Every write is conditional, so that two watchers, or two waiters, never overwrite each other. */
import { randomUUID } from 'node:crypto'
import type { Item } from '../../aws/attribute-value.ts'
import type { ItemUpdate, TableReader } from '../../aws/table-access.ts'
import { TABLE } from '../../shared/names.ts'
import type { RunRef } from '../run.ts'
import type { Watch } from './watch.ts'
import {
  pointerFromItem,
  pointerKey,
  removableFrom,
  type WatchPointer,
  watchFromItem,
  watchKey,
  watchToItem,
} from './watch-item.ts'

/** Longer than a look may take, and short enough that a caller that died stops nobody. */
const LEASE_MS = 15_000

export interface WatchStore {
  /** The turn as it stands, strongly consistent; undefined: it was never watched, or is long over. */
  get(watchId: string): Promise<Watch | undefined>
  /**
   * Writes a watch that begins, in place of `before` (undefined: of none), or one that was over when first seen.
   * False: somebody else was first; nothing was written.
   */
  begin(watch: Watch, before: Watch | undefined): Promise<boolean>
  /** Writes what a look showed. False: it ended or was taken over meanwhile; nothing was written. */
  progress(watch: Watch): Promise<boolean>
  /** Writes the end: `outcome`, `endedAtMs` and `event` are set. Only the first writer gets true. */
  end(watch: Watch): Promise<boolean>
  /** Notes that the event has gone out. */
  markTold(watchId: string): Promise<void>

  pointer(run: RunRef): Promise<WatchPointer>
  /** The right to look alone for some seconds; undefined: another caller has it. */
  takeLease(run: RunRef, nowMs: number): Promise<string | undefined>
  /** Gives the lease back and says what the look led to; `found` undefined: it failed, all stays as it was. */
  release(run: RunRef, leaseId: string, nowMs: number, found?: Found): Promise<void>
  /** Something was sent to the run through us: what is known of its turn must be looked up anew. */
  touch(run: RunRef, nowMs: number): Promise<void>
}

export interface Found {
  watchId: string
  lookedFromMs: number
  /** `touches` as it was before the look. */
  seenTouches: number
}

export function createWatchStore(table: TableReader): WatchStore {
  return {
    async get(watchId) {
      const item = await table.getItem(watchKey(watchId), { consistent: true })
      return item === undefined ? undefined : watchFromItem(item)
    },

    begin: (watch, before) =>
      table.updateItem(
        watchKey(watch.watchId),
        writing(
          watchToItem(watch),
          before === undefined
            ? { text: 'attribute_not_exists(pk)' }
            : {
                text: '#attempt = :before',
                values: { ':before': before.attempt },
                names: { '#attempt': 'attempt' },
              },
        ),
      ),

    progress: watch =>
      table.updateItem(watchKey(watch.watchId), writing(watchToItem(watch), stillMine(watch))),

    end: watch => table.updateItem(watchKey(watch.watchId), writing(watchToItem(watch), stillMine(watch))),

    async markTold(watchId) {
      await table.updateItem(watchKey(watchId), {
        expression: `SET #event = :sent REMOVE ${TABLE.listPartitionKey}, ${TABLE.listSortKey}`,
        condition: '#event = :pending',
        names: { '#event': 'event' },
        values: { ':sent': 'sent', ':pending': 'pending' },
      })
    },

    pointer: async run => pointerFromItem(await table.getItem(pointerKey(run), { consistent: true })),

    async takeLease(run, nowMs) {
      const leaseId = randomUUID()
      const isTaken = await table.updateItem(pointerKey(run), {
        expression: 'SET lease_id = :id, lease_until_ms = :until, #ttl = :ttl',
        condition: 'attribute_not_exists(lease_until_ms) OR lease_until_ms < :now',
        names: { '#ttl': TABLE.timeToLive },
        values: {
          ':id': leaseId,
          ':until': nowMs + LEASE_MS,
          ':now': nowMs,
          ':ttl': removableFrom(nowMs),
        },
      })
      return isTaken ? leaseId : undefined
    },

    async release(run, leaseId, nowMs, found) {
      const set =
        found === undefined
          ? ''
          : ', watch_id = :watch, looked_from_ms = :from, seen_touches = :touches, #ttl = :ttl'
      await table.updateItem(pointerKey(run), {
        expression: `SET lease_until_ms = :none${set}`,
        condition: 'lease_id = :id',
        ...(found && { names: { '#ttl': TABLE.timeToLive } }),
        values: {
          ':none': 0,
          ':id': leaseId,
          ...(found && {
            ':watch': found.watchId,
            ':from': found.lookedFromMs,
            ':touches': found.seenTouches,
            ':ttl': removableFrom(nowMs),
          }),
        },
      })
    },

    async touch(run, nowMs) {
      await table.updateItem(pointerKey(run), {
        expression: 'ADD touches :one SET #ttl = :ttl',
        // Without a pointer there is nothing to take back: the next waiter looks anyway.
        condition: 'attribute_exists(pk)',
        names: { '#ttl': TABLE.timeToLive },
        values: { ':one': 1, ':ttl': removableFrom(nowMs) },
      })
    },
  }
}

interface Condition {
  text: string
  names?: Record<string, string>
  values?: ItemUpdate['values']
}

/** Nobody took over, and no end is written. A null is a value to DynamoDB, so it is asked for as one. */
function stillMine(watch: Watch): Condition {
  return {
    text: '#attempt = :attempt_held AND #outcome = :open',
    names: { '#attempt': 'attempt', '#outcome': 'outcome' },
    values: { ':attempt_held': watch.attempt, ':open': null },
  }
}

/** An update that sets all of these attributes; off the list when it has no place on it. */
function writing(item: Item, condition: Condition): ItemUpdate {
  const names: Record<string, string> = { ...condition.names }
  const values: NonNullable<ItemUpdate['values']> = { ...condition.values }
  const sets = Object.entries(item).map(([name, value]) => {
    names[`#${name}`] = name
    values[`:${name}`] = value
    return `#${name} = :${name}`
  })
  const off = TABLE.listPartitionKey in item ? '' : ` REMOVE ${TABLE.listPartitionKey}, ${TABLE.listSortKey}`
  return { expression: `SET ${sets.join(', ')}${off}`, condition: condition.text, names, values }
}
