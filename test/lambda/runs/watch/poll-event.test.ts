import { describe, expect, test } from 'vitest'
import type { RunSnapshot } from '../../../../lambda/runs/observe/run-snapshot.ts'
import { NO_TURN } from '../../../../lambda/runs/observe/run-snapshot.ts'
import { failureEvent, snapshotEvent } from '../../../../lambda/runs/watch/poll-event.ts'
import { DOUBTFUL_CODES } from '../../../../lambda/runs/watch/watch.ts'
import { AppError, type ErrorCode } from '../../../../lambda/shared/errors.ts'
import { NOW_MS, watchOf } from './watch-sample.ts'

const TIME = { nowMs: NOW_MS, random: 0 }
const watch = watchOf({ beganAtMs: NOW_MS - 60_000, polls: 3, failures: 2 })
const { details, turnId } = watch
const snapshot = (over: Partial<RunSnapshot>): RunSnapshot => ({
  state: 'processing',
  isOver: false,
  needsApproval: false,
  turnId,
  beganAtMs: null,
  endedAtMs: null,
  details,
  ...over,
})

describe('a poll that shows the run', () => {
  test('going on: observed, polled again after a tenth of its age, failures forgotten', () => {
    const { type, turn } = snapshotEvent(watch, snapshot({}), TIME)
    expect(type).toBe('observe')
    expect(turn).toMatchObject({ state: 'processing', polls: 4, failures: 0, nextPollAtMs: NOW_MS + 6000 })
  })

  test('over: finished', () => {
    const { type, turn } = snapshotEvent(watch, snapshot({ state: 'failed', isOver: true }), TIME)
    expect(type).toBe('finish')
    expect(turn).toMatchObject({ state: 'failed', polls: 4, failures: 0 })
  })

  test('in a newer turn: superseded, with the last known state of this one', () => {
    const { type, turn } = snapshotEvent(watch, snapshot({ turnId: 'msg_2', isOver: true }), TIME)
    expect(type).toBe('supersede')
    expect(turn).toMatchObject({ state: watch.state, polls: 4 })
  })

  test('without its messages: no newer turn', () => {
    expect(snapshotEvent(watch, snapshot({ turnId: NO_TURN }), TIME).type).toBe('observe')
  })
})

describe('a poll that fails', () => {
  /** After `count` polls with the same answer, the first of them `sinceMs` ago. */
  function after(code: ErrorCode, count: number, sinceMs: number) {
    const doubtful = DOUBTFUL_CODES.find(one => one === code)
    const doubt =
      doubtful === undefined || count === 0 ? null : { code: doubtful, sinceMs: NOW_MS - sinceMs, count }
    return failureEvent(watchOf({ failures: count, doubt }), new AppError(code, 'x'), TIME).type
  }

  test.each<[ErrorCode, number, number, string]>([
    ['upstream_unavailable', 0, 60_000, 'observe'],
    ['upstream_unavailable', 500, 60_000, 'observe'],
    ['rate_limited', 500, 60_000, 'observe'],
    ['internal', 500, 60_000, 'observe'],
    ['not_found', 0, 0, 'observe'],
    ['not_found', 1, 60_000, 'observe'],
    ['not_found', 2, 7_999, 'observe'],
    ['not_found', 2, 8_000, 'delete'],
    ['credentials_refused', 0, 0, 'observe'],
    ['credentials_refused', 2, 8_000, 'refuse'],
    ['account_not_configured', 2, 8_000, 'refuse'],
    ['forbidden', 1, 60_000, 'observe'],
    ['forbidden', 2, 60_000, 'refuse'],
    ['upstream_rejected', 2, 60_000, 'refuse'],
    ['invalid_arguments', 2, 60_000, 'refuse'],
  ])('%s after %i such answers over %i ms: %s', (code, count, sinceMs, type) => {
    expect(after(code, count, sinceMs)).toBe(type)
  })

  test('two different answers that would end the watch do not confirm each other', () => {
    const doubt = { code: 'not_found', sinceMs: NOW_MS - 60_000, count: 5 } as const
    const { type, turn } = failureEvent(watchOf({ doubt }), new AppError('forbidden', 'x'), TIME)
    expect([type, turn.doubt]).toEqual(['observe', { code: 'forbidden', sinceMs: NOW_MS, count: 1 }])
  })

  test('keeps what was known, counts, and obeys Retry-After', () => {
    const error = new AppError('rate_limited', 'x', { retryAfterSeconds: 37 })
    const { turn } = failureEvent(watch, error, TIME)
    expect(turn).toMatchObject({ state: watch.state, polls: 4, failures: 3, nextPollAtMs: NOW_MS + 37_000 })
  })
})
