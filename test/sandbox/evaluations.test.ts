import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { at, listAt, type Reply, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
  await sandbox.post('/agents/agt_research_desk/sessions', {
    input: 'Refund for bags?',
    session_id: 'ses_good',
  })
  await sandbox.post('/agents/agt_broken_pipeline/sessions', { input: 'Book', session_id: 'ses_bad' })
  sandbox.advanceClock(20)
})
afterEach(() => sandbox.close())

const DESK = '/agents/agt_research_desk'
const RUBRIC = {
  criteria: [{ name: 'Polite', prompt: 'Is it polite?', type: 'voice_tone', priority: 'needs_review' }],
  tags: [{ name: 'Refund', description: 'About refunds' }],
  data_points: [{ name: 'Amount', data_type: 'number', description: 'Euros' }],
}
const failure = (reply: Reply) => [reply.status, at(reply.json, 'error.code')]

describe('of one agent', () => {
  const configure = () => sandbox.call('PATCH', `${DESK}/evaluation-config`, { enabled: true, ...RUBRIC })
  const run = (session_ids: string[], more = {}) =>
    sandbox.post(`${DESK}/evaluations/run`, { session_ids, ...more })

  test('the configuration changes in parts, and lists replace', async () => {
    expect(at((await sandbox.get(`${DESK}/evaluation-config`)).json, 'config')).toMatchObject({
      enabled: false,
      criteria: [],
    })
    await configure()
    const changed = await sandbox.call('PATCH', `${DESK}/evaluation-config`, {
      tags: [],
      frequency: 'manual',
    })
    expect(at(changed.json, 'config')).toMatchObject({ enabled: true, frequency: 'manual', tags: [] })
    expect(listAt(changed.json, 'config.criteria')).toHaveLength(1)
    const wrong = await sandbox.call('PATCH', `${DESK}/evaluation-config`, { frequency: 'daily' })
    expect(failure(wrong)).toEqual([400, 'invalid_request'])
    const tags = [{ name: 'x'.repeat(61), description: '' }]
    expect((await sandbox.call('PATCH', `${DESK}/evaluation-config`, { tags })).status).toBe(400)
  })

  test('a run is planned, queued, and graded after a few seconds', async () => {
    expect(failure(await run(['ses_good']))).toEqual([400, 'evaluations_not_configured'])
    await configure()
    const plan = await run(['ses_good', 'ses_bad'], { dry_run: true })
    expect(plan.json).toEqual({
      dry_run: true,
      credit_cost: 1,
      results: [{ id: null, session_id: 'ses_good', status: 'planned' }],
      skipped: [{ session_id: 'ses_bad', reason: 'ineligible', result_id: null }],
    })
    const queued = await run(['ses_good'])
    const id = textAt(queued.json, 'results.0.id')
    expect(queued.status).toBe(202)
    expect(failure(await run(['ses_good']))).toEqual([409, 'evaluation_run_in_flight'])
    const result = async () => at((await sandbox.get(`${DESK}/evaluations/${id}`)).json, 'evaluation')
    expect(await result()).toMatchObject({ status: 'queued', grade: null })
    expect(listAt((await sandbox.get(`${DESK}/evaluations`)).json, 'evaluations')).toEqual([])
    expect(listAt((await sandbox.get(`${DESK}/evaluations?status=queued`)).json, 'evaluations')).toHaveLength(
      1,
    )
    sandbox.advanceClock(5)
    expect(await result()).toMatchObject({
      status: 'completed',
      session_id: 'ses_good',
      call_successful: 'success',
      applied_tags: ['Refund'],
      data_results: [{ name: 'Amount', value: 1.5 }],
    })
    const grade = String(at(await result(), 'grade'))
    const metrics = await sandbox.get(`${DESK}/evaluations/metrics?days=7`)
    expect(metrics.json).toMatchObject({ days: 7, grades: { [grade]: 1 }, tags: { Refund: 1 } })
    expect(
      listAt((await sandbox.get(`${DESK}/evaluations?grade=${grade}`)).json, 'evaluations'),
    ).toHaveLength(1)
    const later = `${DESK}/evaluations?created_after=2026-11-23T00:00:00Z`
    expect(listAt((await sandbox.get(later)).json, 'evaluations')).toEqual([])
  })

  test('unknown sessions and results are refused', async () => {
    await configure()
    expect(failure(await run(['ses_none']))).toEqual([400, 'no_valid_interactions'])
    expect((await sandbox.get(`${DESK}/evaluations/evr_none`)).status).toBe(404)
  })

  test('the options name the permitted values', async () => {
    expect((await sandbox.get('/agents/evaluation-options')).json).toMatchObject({
      frequencies: ['debounced', 'per_turn', 'manual'],
      limits: { criteria: 20, tag_name_max_len: 60 },
    })
    expect(at((await sandbox.get('/evaluation-options')).json, 'target_types')).toContain('team')
  })
})

describe('of the organization', () => {
  async function create(name = 'Tone'): Promise<string> {
    const body = { organization_id: 'org_harborfinch', name, config: RUBRIC }
    const made = await sandbox.post('/evaluations', body)
    expect(made.status).toBe(201)
    return `/evaluations/${textAt(made.json, 'evaluation.id')}`
  }
  const target = (path: string, ...targets: unknown[]) => sandbox.call('PUT', `${path}/targets`, { targets })

  test('gets targets, is enabled, grades sessions of covered agents, and is deleted', async () => {
    const path = await create()
    const enable = () => sandbox.call('PATCH', path, { enabled: true })
    expect(failure(await enable())).toEqual([400, 'organization_evaluation_no_targets'])
    const covered = await target(
      path,
      { type: 'team', id: 'team_harbor' },
      { type: 'agent', id: 'agt_broken_pipeline' },
    )
    expect(at(covered.json, 'covered_agent_count')).toBe(4)
    expect(at((await enable()).json, 'evaluation.enabled')).toBe(true)
    const run = await sandbox.post(`${path}/run`, { session_ids: ['ses_good', 'ses_bad', 'ses_none'] })
    expect([run.status, at(run.json, 'credit_cost'), listAt(run.json, 'skipped').length]).toEqual([202, 2, 1])
    sandbox.advanceClock(5)
    const results = listAt(
      (await sandbox.get(`${path}/results?agent_id=agt_broken_pipeline`)).json,
      'results',
    )
    expect(results).toMatchObject([
      { session_id: 'ses_bad', grade: 'needs_attention', call_successful: 'failure' },
    ])
    const one = await sandbox.get(`${path}/results/${textAt(results[0], 'id')}`)
    expect(at(one.json, 'result.criteria_results.0.result')).toBe('failure')
    expect(at((await sandbox.get(`${path}/metrics`)).json, 'grades.needs_attention')).toBe(1)
    expect(at((await sandbox.get(path)).json, 'evaluation.run_summary')).toMatchObject({
      total: 2,
      completed: 2,
    })
    const ofAgent = `${DESK}/evaluations?organization_evaluation_id=${path.split('/').at(-1)}`
    expect(listAt((await sandbox.get(ofAgent)).json, 'evaluations')).toHaveLength(1)
    const config = await sandbox.get(`${DESK}/evaluation-config`)
    expect(at(config.json, 'config.organization_evaluations.0.name')).toBe('Tone')
    expect(at((await target(path)).json, 'enabled')).toBe(false)
    expect((await sandbox.call('DELETE', path)).status).toBe(204)
    expect((await sandbox.get(path)).status).toBe(404)
  })

  test('names are unique, rubrics are merged and not empty', async () => {
    const path = await create()
    await create('Other')
    const rename = await sandbox.call('PATCH', path, { name: 'Other' })
    expect(failure(rename)).toEqual([409, 'organization_evaluation_name_taken'])
    const merged = await sandbox.call('PATCH', path, { config: { language: 'pt', tags: [] } })
    expect(at(merged.json, 'evaluation.config')).toMatchObject({ language: 'pt', tags: [] })
    expect(listAt(merged.json, 'evaluation.config.criteria')).toHaveLength(1)
    await target(path, { type: 'organization' })
    const empty = { enabled: true, config: { criteria: [], data_points: [] } }
    expect(failure(await sandbox.call('PATCH', path, empty))).toEqual([
      400,
      'organization_evaluation_empty_rubric',
    ])
    const list = await sandbox.get('/evaluations?organization_id=org_harborfinch&page_size=1')
    expect([at(list.json, 'evaluations.0.name'), typeof at(list.json, 'next_cursor')]).toEqual([
      'Tone',
      'string',
    ])
  })

  test('targets, sessions and callers that do not belong there are refused', async () => {
    const path = await create()
    const run = () => sandbox.post(`${path}/run`, { session_ids: ['ses_bad'] })
    expect(failure(await run())).toEqual([400, 'organization_evaluation_not_runnable'])
    const unknown = await target(path, { type: 'agent', id: 'agt_none' })
    expect(failure(unknown)).toEqual([404, 'organization_evaluation_target_not_in_organization'])
    await target(path, { type: 'agent', id: 'agt_research_desk' })
    expect(failure(await run())).toEqual([400, 'organization_evaluation_no_eligible_chats'])
    expect(failure(await sandbox.get(`${path}/results/none`))).toEqual([404, 'result_not_found'])
    const enabled = { organization_id: 'org_harborfinch', name: 'X', enabled: true }
    expect(failure(await sandbox.post('/evaluations', enabled))).toEqual([
      400,
      'organization_evaluation_no_targets',
    ])
    const ana = await sandbox.call('GET', path, undefined, { 'x-auth-key': 'user_ana' })
    expect(failure(ana)).toEqual([403, 'organization_permission_required'])
  })
})
