import { describe, expect, test } from 'vitest'
import type { RunSnapshot } from '../../../../lambda/runs/observe/run-snapshot.ts'
import { NO_TURN } from '../../../../lambda/runs/observe/run-snapshot.ts'
import { failureEvent, snapshotEvent } from '../../../../lambda/runs/watch/poll-event.ts'
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
  const after = (code: ErrorCode, failures: number, ageMs: number) =>
    failureEvent(watchOf({ failures, beganAtMs: NOW_MS - ageMs }), new AppError(code, 'x'), TIME).type

  test.each<[ErrorCode, number, number, string]>([
    ['upstream_unavailable', 0, 60_000, 'observe'],
    ['upstream_unavailable', 500, 60_000, 'observe'],
    ['rate_limited', 500, 60_000, 'observe'],
    ['internal', 500, 60_000, 'observe'],
    ['not_found', 0, 29_999, 'observe'],
    ['not_found', 2, 29_999, 'delete'],
    ['not_found', 0, 30_000, 'delete'],
    ['credentials_refused', 0, 0, 'refuse'],
    ['account_not_configured', 0, 0, 'refuse'],
    ['forbidden', 1, 60_000, 'observe'],
    ['forbidden', 2, 60_000, 'refuse'],
    ['upstream_rejected', 2, 60_000, 'refuse'],
    ['invalid_arguments', 2, 60_000, 'refuse'],
  ])('%s after %i failures at an age of %i ms: %s', (code, failures, ageMs, type) => {
    expect(after(code, failures, ageMs)).toBe(type)
  })

  test('keeps what was known, counts, and obeys Retry-After', () => {
    const error = new AppError('rate_limited', 'x', { retryAfterSeconds: 37 })
    const { turn } = failureEvent(watch, error, TIME)
    expect(turn).toMatchObject({ state: watch.state, polls: 4, failures: 3, nextPollAtMs: NOW_MS + 37_000 })
  })
})
