/** The lease on observing a run, over the real table protocol. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTableReader } from '../../../../lambda/aws/table-reader.ts'
import type { RunRef } from '../../../../lambda/runs/run.ts'
import {
  createRunPointerStore,
  type RunPointerStore,
} from '../../../../lambda/runs/watch/run-pointer-store.ts'
import { type DynaliteTable, startDynaliteTable, TABLE_NAME } from '../../../support/dynalite-table.ts'

const NOW_MS = Date.parse('2026-11-22T12:00:00Z')
let dynalite: DynaliteTable
let pointers: RunPointerStore
let number = 0
beforeAll(async () => {
  dynalite = await startDynaliteTable()
  pointers = createRunPointerStore(createTableReader({ tableName: TABLE_NAME }))
})
afterAll(() => dynalite.close())

const newRun = (): RunRef => ({
  kind: 'session',
  accountId: 'acme',
  generation: 'owner-key',
  id: `ses_${number++}`,
})
const found = { watchId: 'w1', observedFromMs: NOW_MS, seenInvalidations: 0 }

test('one of several callers gets the lease, the next after it was given back or ran out', async () => {
  const run = newRun()
  const pointer = await pointers.get(run)
  const leases = await Promise.all([1, 2, 3].map(() => pointers.takeLease(run, pointer, NOW_MS)))
  const [lease = '', ...others] = leases.filter(taken => taken !== undefined)
  expect(others).toEqual([])
  await pointers.releaseLease(run, lease)
  expect(await pointers.takeLease(run, pointer, NOW_MS + 1)).toBeDefined()
  expect(await pointers.takeLease(run, pointer, NOW_MS + 15_000)).toBeUndefined()
  expect(await pointers.takeLease(run, pointer, NOW_MS + 15_002)).toBeDefined()
})

test('a caller that read the pointer before another observed the run reads again instead of observing it again', async () => {
  const run = newRun()
  const stale = await pointers.get(run)
  const lease = (await pointers.takeLease(run, stale, NOW_MS)) ?? ''
  await pointers.pointTo(run, lease, found, NOW_MS + 10)
  expect(await pointers.takeLease(run, stale, NOW_MS + 20)).toBeUndefined()
  const pointer = await pointers.get(run)
  expect(pointer).toMatchObject({ watchId: 'w1', observedFromMs: NOW_MS })
  expect(await pointers.takeLease(run, pointer, NOW_MS + 20)).toBeDefined()
})

test('an expired lease no longer moves the pointer', async () => {
  const run = newRun()
  const pointer = await pointers.get(run)
  const late = (await pointers.takeLease(run, pointer, NOW_MS)) ?? ''
  const lease = (await pointers.takeLease(run, pointer, NOW_MS + 15_001)) ?? ''
  await pointers.pointTo(run, lease, { ...found, watchId: 'newer' }, NOW_MS + 15_100)
  await pointers.pointTo(run, late, found, NOW_MS + 15_200)
  expect((await pointers.get(run)).watchId).toBe('newer')
})

test('what was sent to the run is counted, where the run has a pointer', async () => {
  const run = newRun()
  await pointers.invalidate(run, NOW_MS)
  expect(await pointers.get(run)).toMatchObject({ invalidations: 0, watchId: null })
  const lease = (await pointers.takeLease(run, await pointers.get(run), NOW_MS)) ?? ''
  await pointers.pointTo(run, lease, found, NOW_MS)
  await pointers.invalidate(run, NOW_MS)
  expect(await pointers.get(run)).toMatchObject({ invalidations: 1, seenInvalidations: 0 })
})

test('a failed observation is shared: nobody observes the run before its time, and a success clears it', async () => {
  const run = newRun()
  const pointer = await pointers.get(run)
  const lease = (await pointers.takeLease(run, pointer, NOW_MS)) ?? ''
  const failed = { failures: 1, failedCode: 'rate_limited', notBeforeMs: NOW_MS + 5_000 }
  await pointers.releaseLease(run, lease, failed)
  expect(await pointers.get(run)).toMatchObject(failed)
  expect(await pointers.takeLease(run, pointer, NOW_MS + 4_999)).toBeUndefined()
  const next = (await pointers.takeLease(run, pointer, NOW_MS + 5_000)) ?? ''
  await pointers.pointTo(run, next, found, NOW_MS + 5_100)
  expect(await pointers.get(run)).toMatchObject({ failures: 0, notBeforeMs: 0 })
})

test('a lease and a wait of a clock that is an hour ahead block nobody', async () => {
  const run = newRun()
  const pointer = await pointers.get(run)
  const hourAhead = NOW_MS + 3_600_000
  const lease = (await pointers.takeLease(run, pointer, hourAhead)) ?? ''
  expect(await pointers.takeLease(run, pointer, NOW_MS)).toBeDefined()
  await pointers.releaseLease(run, lease, { failures: 1, failedCode: 'x', notBeforeMs: hourAhead })
  const other = newRun()
  const ahead = (await pointers.takeLease(other, pointer, hourAhead)) ?? ''
  await pointers.releaseLease(other, ahead, { failures: 1, failedCode: 'x', notBeforeMs: hourAhead })
  expect(await pointers.takeLease(other, pointer, NOW_MS)).toBeDefined()
})
