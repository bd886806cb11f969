import { describe, expect, test } from 'vitest'
import { cronTimes, parseCron } from '../../sandbox/triggers/cron.ts'
import { civilTime, epochMs, isTimeZone } from '../../sandbox/triggers/time-zone.ts'

function times(expression: string, zone: string, after: string, until: string, limit = 20): string[] {
  const cron = parseCron(expression)
  if (cron === null) throw new Error(`${expression} is not valid`)
  return cronTimes(cron, zone, Date.parse(after), Date.parse(until), limit).map(ms =>
    new Date(ms).toISOString().slice(0, 16),
  )
}

describe('the times of a cron expression', () => {
  test('every Monday at nine is nine there, in summer and in winter', () => {
    expect(times('0 9 * * 1', 'Europe/Berlin', '2026-10-12T00:00:00Z', '2026-11-03T00:00:00Z')).toEqual([
      '2026-10-12T07:00',
      '2026-10-19T07:00',
      '2026-10-26T08:00',
      '2026-11-02T08:00',
    ])
  })

  test('lists, ranges, steps and names', () => {
    const day = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'] as const
    expect(times('*/20 8-9 * * *', 'UTC', ...day).map(text => text.slice(11))).toEqual([
      '08:00',
      '08:20',
      '08:40',
      '09:00',
      '09:20',
      '09:40',
    ])
    expect(times('0 0 1 jan,jul *', 'UTC', '2026-11-22T00:00:00Z', '2028-01-01T00:00:00Z')).toEqual([
      '2027-01-01T00:00',
      '2027-07-01T00:00',
      '2028-01-01T00:00',
    ])
    expect(times('0 9 * * mon-fri', 'UTC', '2026-11-20T10:00:00Z', '2026-11-24T10:00:00Z')).toEqual([
      '2026-11-23T09:00',
      '2026-11-24T09:00',
    ])
    expect(times('0 9 * * 7', 'UTC', '2026-11-20T10:00:00Z', '2026-11-24T10:00:00Z')).toEqual([
      '2026-11-22T09:00',
    ])
  })

  test('a day of month and a day of week together mean either', () => {
    expect(times('0 0 13 * fri', 'UTC', '2026-11-09T00:00:00Z', '2026-11-21T00:00:00Z')).toEqual([
      '2026-11-13T00:00',
      '2026-11-20T00:00',
    ])
  })

  test('the start does not count, the end does, and no more than the limit come', () => {
    expect(times('0 * * * *', 'UTC', '2026-11-22T08:00:00Z', '2026-11-22T10:00:00Z')).toEqual([
      '2026-11-22T09:00',
      '2026-11-22T10:00',
    ])
    expect(times('* * * * *', 'UTC', '2026-11-22T08:00:00Z', '2027-11-22T08:00:00Z', 3)).toHaveLength(3)
  })

  test('the 29th of February comes in leap years, the 30th never', () => {
    expect(times('0 0 29 2 *', 'UTC', '2026-11-22T00:00:00Z', '2030-01-01T00:00:00Z')).toEqual([
      '2028-02-29T00:00',
    ])
    expect(times('0 0 30 2 *', 'UTC', '2026-11-22T00:00:00Z', '2040-01-01T00:00:00Z')).toEqual([])
  })

  test.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '5-1 * * * *',
    '*/0 * * * *',
    'x * * * *',
    '@daily',
  ])('is not valid: %s', expression => {
    expect(parseCron(expression)).toBeNull()
  })
})

describe('time zones', () => {
  test('a civil time is found from the time and back', () => {
    const civil = { year: 2026, month: 7, day: 1, hour: 9, minute: 30 }
    expect(new Date(epochMs(civil, 'America/New_York')).toISOString()).toBe('2026-07-01T13:30:00.000Z')
    expect(civilTime(Date.parse('2026-07-01T13:30:00Z'), 'America/New_York')).toEqual(civil)
  })

  test('a time that the clock skips is an hour later', () => {
    const skipped = { year: 2026, month: 3, day: 29, hour: 2, minute: 30 }
    expect(new Date(epochMs(skipped, 'Europe/Berlin')).toISOString()).toBe('2026-03-29T01:30:00.000Z')
  })

  test('only real zones are zones', () => {
    expect(['Europe/Lisbon', 'UTC', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false])
  })
})
