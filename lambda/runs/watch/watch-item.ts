/** The item of a watch: its key and attributes. The only place that knows their names. Pure. */
import { NO_GENERATION } from '../../accounts/credential-generation.ts'
import type { Item, Value } from '../../aws/attribute-value.ts'
import type { ItemKey } from '../../aws/table-access.ts'
import type { RunKind } from '../../catalog/tool.ts'
import { toTimestamp } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { toJson } from '../../shared/json-text.ts'
import { isObject } from '../../shared/json-value.ts'
import { ITEM_PREFIX, LIST_PARTITION, TABLE } from '../../shared/names.ts'
import { parseJson } from '../../shared/parse-json.ts'
import { numberOrNull } from '../../shared/wire-value.ts'
import type { RunDetails } from '../observe/run-snapshot.ts'
import { type CompletionEvent, DOUBTFUL_CODES, type Doubt, WATCH_OUTCOMES, type Watch } from './watch.ts'

/** Partition of the list index that holds the open watches, oldest first. */
export const WATCH_LIST_PARTITION = 'WATCHES'
/** The same for ends whose event is pending: a partition of its own, which is short however many runs are watched. */
export const UNSENT_LIST_PARTITION = LIST_PARTITION.unsentEvents

/** A record stays this long after the end of its run. */
export const STORED_AFTER_END_SECONDS = 7 * 86_400

export function watchKey(watchId: string): ItemKey {
  return { pk: `${ITEM_PREFIX.run}${watchId}`, sk: 'RUN' }
}

/** Epoch seconds from which DynamoDB may remove an item that was last needed at `ms`. */
export function removableFrom(ms: number): number {
  return Math.floor(ms / 1000) + STORED_AFTER_END_SECONDS
}

/** Attributes without the key. It is in the list of open watches until its event has been sent. */
export function watchToItem(watch: Watch): Item {
  const { run, outcome } = watch
  return {
    watch_id: watch.watchId,
    kind: run.kind,
    account_id: run.accountId,
    generation: run.generation,
    run_id: run.id,
    scope: run.scope ?? {},
    turn_id: watch.turnId,
    attempt: watch.attempt,
    connector_id: watch.connectorId,
    state: watch.state,
    outcome,
    details_json: toJson(watch.details),
    began_at_ms: watch.beganAtMs,
    deadline_ms: watch.deadlineMs,
    polls: watch.polls,
    failures: watch.failures,
    doubt: watch.doubt === null ? null : { ...watch.doubt },
    upstream_began_at_ms: watch.upstreamBeganAtMs,
    upstream_ended_at_ms: watch.upstreamEndedAtMs,
    polled_at_ms: watch.polledAtMs,
    next_poll_at_ms: watch.nextPollAtMs,
    ended_at_ms: watch.endedAtMs,
    event: watch.event,
    unsent_events: watch.unsentEvents,
    ...(outcome === null && listed(WATCH_LIST_PARTITION, watch.beganAtMs, watch)),
    ...(watch.event === 'pending' && listed(UNSENT_LIST_PARTITION, watch.polledAtMs, watch)),
    // Counted from the deadline while it is watched, so that one that nobody ends does not stay for ever.
    [TABLE.timeToLive]: removableFrom(watch.endedAtMs ?? watch.deadlineMs),
  }
}

function listed(partition: string, ms: number, { watchId }: Watch): Item {
  return { [TABLE.listPartitionKey]: partition, [TABLE.listSortKey]: `${toTimestamp(ms)}#${watchId}` }
}

/** @throws AppError `internal` for an item that is no watch. */
export function watchFromItem(item: Item): Watch {
  const { details_json, outcome, event, scope, unsent_events } = item
  const kind: RunKind = item.kind === 'flow_run' ? 'flow_run' : 'session'
  const scopeEntries = isObject(scope) ? Object.entries(scope) : []
  return {
    watchId: text(item, 'watch_id'),
    run: {
      kind,
      accountId: text(item, 'account_id'),
      generation: typeof item.generation === 'string' ? item.generation : NO_GENERATION,
      id: text(item, 'run_id'),
      ...(scopeEntries.length > 0 && {
        scope: Object.fromEntries(scopeEntries.map(([name, value]) => [name, String(value)])),
      }),
    },
    turnId: text(item, 'turn_id'),
    attempt: number(item, 'attempt'),
    connectorId: text(item, 'connector_id'),
    state: typeof item.state === 'string' ? item.state : null,
    outcome: WATCH_OUTCOMES.find(known => known === outcome) ?? null,
    details: parseDetails(details_json),
    beganAtMs: number(item, 'began_at_ms'),
    deadlineMs: number(item, 'deadline_ms'),
    polls: number(item, 'polls'),
    failures: number(item, 'failures'),
    doubt: doubtFrom(item.doubt),
    upstreamBeganAtMs: numberOrNull(item.upstream_began_at_ms),
    upstreamEndedAtMs: numberOrNull(item.upstream_ended_at_ms),
    polledAtMs: number(item, 'polled_at_ms'),
    nextPollAtMs: number(item, 'next_poll_at_ms'),
    endedAtMs: numberOrNull(item.ended_at_ms),
    event: event === 'pending' || event === 'sent' ? event : null,
    unsentEvents: Array.isArray(unsent_events) ? unsent_events.filter(isEvent) : [],
  }
}

function doubtFrom(value: Value | undefined): Doubt | null {
  if (!isObject(value)) return null
  const { code, sinceMs, count } = value
  const known = DOUBTFUL_CODES.find(one => one === code)
  return known === undefined || typeof sinceMs !== 'number' || typeof count !== 'number'
    ? null
    : { code: known, sinceMs, count }
}

function isEvent(value: Value): value is CompletionEvent {
  return isObject(value)
}

function parseDetails(json: unknown): RunDetails {
  if (typeof json !== 'string') throw unreadable()
  return parseJson(json) as RunDetails // our own JSON, in a table that only we write
}

function text(item: Item, name: string): string {
  const value = item[name]
  if (typeof value !== 'string') throw unreadable()
  return value
}

function number(item: Item, name: string): number {
  const value = item[name]
  if (typeof value !== 'number') throw unreadable()
  return value
}

function unreadable(): AppError {
  return new AppError('internal', 'The stored record of this run cannot be read. Call again.')
}
