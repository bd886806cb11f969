import { expect, test } from 'vitest'
import { failuresOfAnswer } from './description-checker.ts'

const check = (path: string, status: number, json: unknown) =>
  failuresOfAnswer('GET', path, status, 'application/json', Buffer.from(JSON.stringify(json)))

test('reports a response that violates the description', () => {
  expect(check('/teams', 200, { teams: [{ id: 'a', name: 'A' }] })).toEqual([])
  expect(check('/teams', 200, { teams: [{ id: 1, name: 'A' }] })).toEqual([
    'listTeams 200: /teams/0/id must be string',
  ])
  expect(check('/teams', 200, {})).toEqual(["listTeams 200:  must have required property 'teams'"])
  expect(check('/teams', 418, {})).toEqual(['listTeams: status 418 is not documented'])
})

test('accepts null only where the description allows it', () => {
  const run = { user_id: 'u', state: 'DONE', outputs: {}, created_ts: '2026-11-22T15:00:00Z', log: [] }
  expect(check('/get_pl_run', 200, { ...run, finished_ts: null })).toEqual([
    'getAutomationRun 200: /finished_ts must be string',
  ])
  expect(check('/get_pl_run', 200, { ...run, created_ts: 'yesterday' })).toEqual([
    'getAutomationRun 200: /created_ts must match format "date-time"',
  ])
  const message = { error: { code: 'x', message: 'm', type: 't', param: null, details: null } }
  expect(check('/teams', 401, message)).toEqual([])
})
