/** The key under which a start is recorded: the caller's own, or one derived from its arguments. Pure. */
import type { RunKind } from '../../catalog/tool.ts'
import type { Arguments } from '../../gumloop/build-request.ts'
import { isObject } from '../../shared/json-value.ts'
import { digest } from '../run.ts'

/** The same call within this counts as repeated, where the caller sent no key of its own. */
export const REPEAT_WINDOW_MS = 60_000
/** An `idempotency_key` counts for this long. */
export const KEY_WINDOW_MS = 86_400_000

export interface StartKey {
  key: string
  fingerprint: string
  /** How long a start whose answer is known blocks the next one. */
  settledMs: number
}

export interface StartCaller {
  connectorId: string
  accountId: string
  /** The account's credentials (`credentialGeneration`): starts with others do not count. */
  generation: string
}

/** @param args everything that decides what is started: without `wait_seconds` and without the key itself. */
export function startKeyOf(
  kind: RunKind,
  { connectorId, accountId, generation }: StartCaller,
  args: Arguments,
  idempotencyKey: string | undefined,
): StartKey {
  const fingerprint = digest(['start', kind, accountId, generation, connectorId, canonical(args)])
  return idempotencyKey === undefined
    ? { key: fingerprint, fingerprint, settledMs: REPEAT_WINDOW_MS }
    : {
        key: digest(['key', kind, accountId, generation, connectorId, idempotencyKey]),
        fingerprint,
        settledMs: KEY_WINDOW_MS,
      }
}

/** The key of a session whose id the caller chose. */
export function chosenSessionKey(caller: StartCaller, args: Arguments, sessionId: string): StartKey {
  return {
    ...startKeyOf('session', caller, args, undefined),
    key: digest(['session', caller.accountId, caller.generation, caller.connectorId, sessionId]),
    settledMs: KEY_WINDOW_MS,
  }
}

/** A session id in the form of a UUID (version 8), made of these values: the same values, the same id. */
export function sessionIdFrom(values: unknown): string {
  const hex = digest(values)
  const variant = '89ab'[Number.parseInt(hex.slice(15, 16), 16) % 4]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(12, 15)}`,
    `${variant}${hex.slice(16, 19)}`,
    hex.slice(19, 31),
  ].join('-')
}

/** The same value whatever order its fields are in. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (!isObject(value)) return value
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => [name, canonical(item)])
}
