import { expect, test } from 'vitest'
import { termsOf, wholeKey } from '../../../lambda/catalog/search-terms.ts'

test.each([
  [['create', 'creates', 'created', 'creating'], 'creat'],
  [['agent', 'agents', "agent's", 'agent’s', 'AGENTS'], 'agent'],
  [['stop', 'stops', 'stopped', 'stopping'], 'stop'],
  [['history', 'histories'], 'history'],
  [['execute', 'executes', 'execution', 'executions'], 'execut'],
  [['approve', 'approved', 'approval', 'approvals'], 'approv'],
  [['batch', 'batches'], 'batch'],
  [['direct', 'directly'], 'direct'],
  [['status'], 'status'],
  [['access'], 'access'],
  [['which', 'what', 'all', 'every'], 'list'],
])('%j are one term', (forms, term) => {
  expect(forms.flatMap(termsOf)).toEqual(forms.map(() => term))
})

test('splits names, removes stop words, keeps the order', () => {
  expect(termsOf('list_all_gumloop_agents')).toEqual(['list', 'list', 'agent'])
  expect(termsOf('getAgentById')).toEqual(['get', 'agent', 'id'])
  expect(termsOf('Could you please stop it for me?')).toEqual(['stop'])
})

test('a text has one key independent of its order, different from any term', () => {
  expect(wholeKey(termsOf('Stop a flow run'))).toBe(wholeKey(termsOf('flow runs, stop')))
  expect(termsOf(wholeKey(['flow', 'run']))).not.toContain(wholeKey(['flow', 'run']))
})
