import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { at, listAt, type Reply, startTestSandbox, type TestSandbox } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const TEAM = { authorization: 'Bearer team-key', 'x-auth-key': '' }
const failure = (reply: Reply) => [reply.status, at(reply.json, 'error.code')]

describe('decisions', () => {
  const MODEL = 'typesafe/jev-1.13'
  const BODY = {
    model: MODEL,
    state: { ticket: 'The wheel of my bag is broken, please repair it' },
    questions: {
      is_bug: { type: 'noul', instructions: 'Is something broken?' },
      team: {
        type: 'choice',
        instructions: 'Which team?',
        criteria: { repairs: 'wheel or zipper broken', billing: 'invoice' },
      },
      urgency: {
        type: 'score',
        instructions: 'How urgent?',
        criteria: ['can wait', 'please repair soon', 'now'],
      },
    },
  }

  test('answers each question with probabilities, the same ones every time', async () => {
    const first = await sandbox.post('/decisions', BODY)
    const second = await sandbox.post('/decisions', BODY)
    expect(at(first.json, 'answers')).toEqual(at(second.json, 'answers'))
    expect(at(first.json, 'answers.team')).toMatchObject({ type: 'choice', choice: 'repairs' })
    expect(Number(at(first.json, 'answers.is_bug.noul'))).toBeGreaterThan(0.5)
    const score = Number(at(first.json, 'answers.urgency.score'))
    expect(score > 0 && score < 2).toBe(true)
    const shares = Object.values(Object(at(first.json, 'answers.urgency.probabilities'))).map(Number)
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3)
    expect(at(first.json, 'model')).toMatch(/^typesafe\/jev-1\.13-/)
  })

  test('the list of models marks the one that decides; a chat model does not, and it does not chat', async () => {
    const groups = listAt((await sandbox.get('/models')).json, 'model_groups')
    const marked = groups
      .flatMap(group => listAt(group, 'models'))
      .filter(m => at(m, 'is_classifier_model') === true)
    expect(marked.map(model => at(model, 'id'))).toEqual([MODEL])
    expect(failure(await sandbox.post('/decisions', { ...BODY, model: 'gpt-5' }))).toEqual([
      400,
      'model_unavailable',
    ])
    const chat = { model: MODEL, messages: [{ role: 'user', content: 'Hi' }] }
    expect(failure(await sandbox.post('/chat/completions', chat))).toEqual([400, 'invalid_request'])
  })

  test('refuses no question, one option and a team key', async () => {
    const ask = (questions: unknown) => sandbox.post('/decisions', { ...BODY, questions })
    expect((await ask({})).status).toBe(400)
    const lone = { q: { type: 'choice', instructions: 'Which?', criteria: { one: 'only' } } }
    expect(at((await ask(lone)).json, 'error.param')).toBe('questions.q.criteria')
    expect(failure(await sandbox.call('POST', '/decisions', BODY, TEAM))).toEqual([403, 'insufficient_scope'])
  })
})

describe('the wiki', () => {
  const query = (body: unknown, headers = {}) => sandbox.call('POST', '/wiki/query', body, headers)

  test('gives all cards, those of a kind, and one with its facts', async () => {
    const names = async (body: unknown) =>
      listAt((await query(body)).json, 'cards').map(card => at(card, 'name'))
    expect(await names({})).toEqual(['Ana Sousa', 'Northrail', 'Lisbon wheels', 'You'])
    expect(await names({ type: 'organization' })).toEqual(['Northrail'])
    const all = await query({ type: 'person' })
    expect(at(all.json, 'cards.0.facts')).toEqual([])
    const one = await query({ type: 'person', entity_key: 'ana-sousa' })
    expect(listAt(one.json, 'cards.0.facts').map(fact => at(fact, 'text'))).toEqual([
      'Signs off budgets above € 10,000.',
      'Wants figures in a table.',
    ])
  })

  test('refuses an unknown card, a key without a kind and a team key', async () => {
    expect(failure(await query({ type: 'person', entity_key: 'x' }))).toEqual([404, 'wiki_card_not_found'])
    expect(failure(await query({ entity_key: 'ana-sousa' }))).toEqual([400, 'invalid_request'])
    expect(failure(await query({ type: 'profile', entity_key: 'x' }))).toEqual([400, 'invalid_request'])
    expect(failure(await query({}, TEAM))).toEqual([403, 'insufficient_scope'])
  })
})
