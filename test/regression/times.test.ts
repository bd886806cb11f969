/** Times in arguments are checked and completed before they go to Gumloop. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget({ TZ: 'America/New_York' })
  url = await target.connector({ tool_exposure: 'all' })
})
afterAll(() => target.close())

const logs = (times: { start_time: string; end_time: string }) => {
  target.upstream.script({ status: 200, json: { audit_logs: [], total_count: 0, total_pages: 0 } })
  return call(url, 'list_all_gumloop_audit_logs', { organization_id: 'o', ...times })
}
const sent = () => new URL(target.upstream.requests[0]?.url ?? '', 'http://x').searchParams

test.each([
  ['2026-11-28', '2026-11-28T00:00:00Z'],
  ['2026-11-28 09:00', '2026-11-28T09:00:00Z'],
  ['2026-11-28T09:00:00', '2026-11-28T09:00:00Z'],
  ['2026-11-28 09:00:00.5 UTC', '2026-11-28T09:00:00.5Z'],
  ['2026-11-28T09:00:00+0900', '2026-11-28T09:00:00+09:00'],
  ['2026-11-28T09:00:00Z (control)', '2026-11-28T09:00:00Z'],
])('completes %s', async (start, expected) => {
  await logs({ start_time: start.replace(' (control)', ''), end_time: '2026-11-29T00:00:00Z' })
  expect(sent().get('start_time')).toBe(expected)
})

test('a date alone at the end of a range is its whole day', async () => {
  await logs({ start_time: '2026-11-28', end_time: '2026-11-28' })
  expect(sent().get('end_time')).toBe('2026-11-28T23:59:59Z')
})

test.each(['yesterday', '28.11.2026', '2026-02-30', '2026-11-28T25:00:00Z', '2026-11-28T09:00:00 CET'])(
  'refuses %s with an example, and sends nothing',
  async time => {
    const result = await logs({ start_time: time, end_time: '2026-11-29' })
    const { error } = result.structuredContent
    expect([error.code, error.errors[0].path]).toEqual(['invalid_arguments', 'start_time'])
    expect(error.errors[0].message).toContain('2026-11-28T09:00:00Z')
    expect(target.upstream.requests).toEqual([])
  },
)

test('checks the times of every tool that takes one', async () => {
  target.upstream.script({ status: 200, json: { evaluations: [], results: [], data_export_id: 'd' } })
  const range = { created_after: 'yesterday' }
  const results = await Promise.all([
    call(url, 'list_all_gumloop_agent_evaluations', { agent_id: 'a', ...range }),
    call(url, 'list_all_gumloop_organization_evaluation_results', { evaluation_id: 'e', ...range }),
    call(url, 'create_a_gumloop_data_export', {
      export_fields: ['run_id'],
      start_date: 'yesterday',
      end_date: 'today',
    }),
  ])
  expect(results.map(({ structuredContent }) => structuredContent.error?.code)).toEqual(
    results.map(() => 'invalid_arguments'),
  )
  expect(target.upstream.requests).toEqual([])
})
