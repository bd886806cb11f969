/** What callers and waiters decide from a stored watch, before any request is sent. */
import { describe, expect, test } from 'vitest'
import { waitStep } from '../../../../lambda/runs/watch/follow-watch.ts'
import { callerEvent } from '../../../../lambda/runs/watch/record-observation.ts'
import { isCurrent, pointerFromItem } from '../../../../lambda/runs/watch/run-pointer.ts'
import type { Watch } from '../../../../lambda/runs/watch/watch.ts'
import { NOW_MS, watchOf } from './watch-sample.ts'

const ASKING = { state: 'approval_required' }
const FINISHED: Partial<Watch> = { outcome: 'finished', state: 'completed' }
const OVERDUE = { nextPollAtMs: NOW_MS - 120_001 }

describe('what a caller’s observation does to the record', () => {
  test.each([
    ['none', false, 'start'],
    ['none', true, 'finish'],
    ['watching', false, 'observe'],
    ['watching', true, null],
    ['overdue', false, 'start'],
    ['overdue', true, 'start'],
    ['gave_up', false, 'start'],
    ['gave_up', true, 'finish'],
  ] as const)('%s, over: %s: %s', (state, isOver, type) => {
    expect(callerEvent(state, isOver)).toBe(type)
  })
})

describe('whether a stored watch is current for a caller', () => {
  const pointer = { ...pointerFromItem(), watchId: 'w1', observedFromMs: NOW_MS - 1000 }
  const EARLIER = NOW_MS - 1000
  const LATER = NOW_MS - 999

  test.each<[string, Partial<Watch>, number, boolean]>([
    ['watched', {}, LATER, true],
    ['overdue', OVERDUE, EARLIER, false],
    ['asks, observed since', ASKING, EARLIER, true],
    ['asks, polled since', { ...ASKING, polledAtMs: NOW_MS }, LATER, true],
    ['asks, observed before', ASKING, LATER, false],
    ['a finished turn of a session, observed since', FINISHED, EARLIER, true],
    ['a finished turn of a session, observed before', FINISHED, LATER, false],
    ['a finished flow run', { ...FINISHED, run: { ...watchOf().run, kind: 'flow_run' } }, LATER, true],
    ['superseded', { outcome: 'superseded' }, EARLIER, false],
    ['given up', { outcome: 'gave_up' }, EARLIER, false],
  ])('%s', (_, over, sinceMs, expected) => {
    expect(isCurrent(watchOf(over), pointer, sinceMs, NOW_MS)).toBe(expected)
  })

  test('nothing is, once something was sent to the run', () => {
    const invalidated = { ...pointer, invalidations: 1 }
    expect(isCurrent(watchOf(), invalidated, EARLIER, NOW_MS)).toBe(false)
  })
})

describe('what a waiter does next', () => {
  const at = { startedMs: NOW_MS - 10_000, untilMs: NOW_MS + 10_000, nowMs: NOW_MS }

  test.each<[string, Partial<Watch>, boolean, string]>([
    ['watched', {}, true, 'read'],
    ['nothing polls it', {}, false, 'pollUnwatched'],
    ['overdue', OVERDUE, true, 'attach'],
    ['superseded', { outcome: 'superseded' }, false, 'attach'],
    ['finished', FINISHED, false, 'report'],
    ['given up', { outcome: 'gave_up' }, false, 'report'],
    ['deleted', { outcome: 'deleted' }, false, 'report'],
    ['asks since this call', ASKING, true, 'report'],
    ['asked before this call', { ...ASKING, polledAtMs: NOW_MS - 11_000 }, true, 'read'],
  ])('%s', (_, over, isPolled, step) => {
    expect(waitStep({ watch: watchOf(over), isPolled }, at)).toBe(step)
  })

  test('reports when the time is up, whatever else it would do', () => {
    const late = { ...at, untilMs: NOW_MS }
    expect(waitStep({ watch: watchOf(), isPolled: true }, late)).toBe('report')
    expect(waitStep({ watch: watchOf(OVERDUE), isPolled: true }, late)).toBe('report')
  })
})
