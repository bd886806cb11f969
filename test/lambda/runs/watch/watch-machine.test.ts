import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Watch } from '../../../../lambda/runs/watch/watch.ts'
import {
  OVERDUE_AFTER_MS,
  TRANSITIONS,
  transition,
  type WatchEventType,
  type WatchState,
  watchState,
} from '../../../../lambda/runs/watch/watch-machine.ts'
import { NOW_MS, turnOf, watchOf } from './watch-sample.ts'

const EVENTS = ['start', 'observe', 'finish', 'supersede', 'giveUp', 'refuse', 'delete'] as const

/** Every pair, written by hand: `>` starts a poller, `!` sends the event, `-` changes nothing. */
const EXPECTED: Record<WatchState, string[]> = {
  none: ['watching>', '-', 'finished', '-', '-', '-', '-'],
  watching: ['-', 'watching', 'finished!', 'superseded!', 'gave_up!', 'refused!', 'deleted!'],
  overdue: ['watching>', 'watching', 'finished!', 'superseded!', 'gave_up!', 'refused!', 'deleted!'],
  finished: ['watching>', '-', '-', '-', '-', '-', '-'],
  superseded: ['watching>', '-', 'finished', '-', '-', '-', '-'],
  gave_up: ['watching>', '-', 'finished', '-', '-', '-', '-'],
  refused: ['watching>', '-', 'finished', '-', '-', '-', '-'],
  deleted: ['watching>', '-', 'finished', '-', '-', '-', '-'],
}
const STATES = Object.keys(EXPECTED) as WatchState[] // the keys of a literal
const PAIRS = STATES.flatMap(state => EVENTS.map((type, i) => [state, type, EXPECTED[state][i]] as const))

const turn = turnOf()

/** A watch in that state, at its second poller. */
function watchIn(state: WatchState): Watch | undefined {
  if (state === 'none') return undefined
  const open = watchOf()
  if (state === 'watching') return open
  if (state === 'overdue') return { ...open, nextPollAtMs: NOW_MS - OVERDUE_AFTER_MS - 1 }
  return { ...open, outcome: state, endedAtMs: NOW_MS - 5000, event: 'sent' }
}

describe('the state of a watch', () => {
  test.each(STATES)('%s is recognized', state => {
    expect(watchState(watchIn(state), NOW_MS)).toBe(state)
  })

  test('turns overdue two minutes after the poll that is missing, not before', () => {
    const watch = watchOf({ nextPollAtMs: NOW_MS })
    expect(watchState(watch, NOW_MS + 120_000)).toBe('watching')
    expect(watchState(watch, NOW_MS + 120_001)).toBe('overdue')
  })
})

describe('the table', () => {
  test('has every state and every event', () => {
    expect(Object.keys(TRANSITIONS)).toEqual(STATES)
    for (const state of STATES) expect(Object.keys(TRANSITIONS[state])).toEqual(EVENTS)
  })

  test.each(PAIRS)('%s, %s: %s', (state, type, expected) => {
    const before = watchIn(state)
    const observed = { ...turn, state: 'processing', polls: 4, nextPollAtMs: NOW_MS + 9000 }
    const result = transition(before, { type, turn: observed }, NOW_MS)
    if (result === null) {
      expect('-').toBe(expected)
      return
    }
    const { after, effects } = result
    const marks = { persist: '', startPoller: '>', sendEvent: '!' }
    expect(`${after.outcome ?? 'watching'}${effects.map(effect => marks[effect]).join('')}`).toBe(expected)
    expect(effects[0]).toBe('persist')
    expect(result.before).toBe(before)
    expect(after).toMatchObject(observed)
    expect(after.polledAtMs).toBe(NOW_MS)
    expect(after.endedAtMs).toBe(after.outcome === null ? null : NOW_MS)
    expect(after.event).toBe(effects.includes('sendEvent') ? 'pending' : null)
    // A poller that is replaced must not write again: what it does not know of gets the next number.
    const isPollersOwn = (state === 'watching' || state === 'overdue') && type !== 'start'
    expect(after.attempt).toBe(isPollersOwn ? 2 : (before?.attempt ?? 0) + 1)
  })

  test('leaves what it was given as it was', () => {
    for (const [state, type] of PAIRS) {
      const before = watchIn(state)
      const copy = structuredClone(before)
      transition(before, { type, turn }, NOW_MS)
      expect(before).toEqual(copy)
    }
  })
})

test('whatever happens in whatever order: one end for each poller, an event for each end of a watched turn, attempts only grow', () => {
  const steps = fc.array(
    fc.record({
      type: fc.constantFrom<WatchEventType>(...EVENTS),
      passMs: fc.integer({ min: 0, max: 400_000 }),
    }),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(steps, events => {
      let watch: Watch | undefined
      let nowMs = NOW_MS
      const ended = new Set<number>()
      for (const { type, passMs } of events) {
        nowMs += passMs
        const result = transition(watch, { type, turn: { ...turn, nextPollAtMs: nowMs + 1000 } }, nowMs)
        if (result === null) continue
        const { after, effects } = result
        expect(after.attempt).toBeGreaterThanOrEqual(watch?.attempt ?? 1)
        if (after.outcome !== null) {
          expect(ended.has(after.attempt)).toBe(false)
          ended.add(after.attempt)
          expect(effects.includes('sendEvent')).toBe(watch?.outcome === null)
        }
        expect(effects.includes('startPoller')).toBe(type === 'start')
        watch = after
      }
    }),
  )
})
