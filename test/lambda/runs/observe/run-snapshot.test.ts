import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitDetails } from '../../../../lambda/runs/observe/fit-details.ts'
import {
  artifactNote,
  flowRunSnapshot,
  NO_TURN,
  type RunDetails,
  type RunSnapshot,
  sessionSnapshot,
} from '../../../../lambda/runs/observe/run-snapshot.ts'

const user = (id: string | null, created_at = '2026-11-22T12:00:00Z') => ({
  id,
  role: 'user',
  content: 'x',
  created_at,
})

describe('a session', () => {
  test('takes the turn and its beginning from the newest message', () => {
    const messages = [user('m1'), { role: 'assistant', content: 'first' }, user('m2', '2026-11-22T13:00:00Z')]
    expect(sessionSnapshot({ session: { state: 'processing', messages }, queue_position: 3 })).toMatchObject({
      state: 'processing',
      isOver: false,
      needsApproval: false,
      turnId: 'm2',
      beganAtMs: Date.parse('2026-11-22T13:00:00Z'),
      details: { answer: null, queue_position: 3 },
    })
  })

  test('takes the turn from the time of the message where it has no id, and has none without messages', () => {
    expect(sessionSnapshot({ session: { messages: [user(null)] } }).turnId).toBe('2026-11-22T12:00:00Z')
    expect(sessionSnapshot({ session: { messages: [] } }).turnId).toBe(NO_TURN)
  })

  test('takes the reason of a failure from the parts of the last message', () => {
    const parts = [{ type: 'tool_invocation' }, { type: 'error', error: 'The ledger is closed.' }]
    const messages = [user('m1'), { role: 'assistant', content: null, parts }]
    expect(sessionSnapshot({ session: { state: 'failed', messages } })).toMatchObject({
      isOver: true,
      details: { failure: 'The ledger is closed.', pending_approvals: [] },
    })
  })

  test('reports questions only while it waits for a decision', () => {
    const asks = [{ action_request_id: 'a', type: 'checkpoint' }]
    const approvalsIn = (state: string) =>
      sessionSnapshot({ session: { state, pending_approvals: asks, messages: [user('m')] } }).details
        .pending_approvals
    expect([approvalsIn('approval_required'), approvalsIn('processing')]).toEqual([asks, []])
  })
})

describe('a flow run', () => {
  test('reports outputs, cost and the last log lines, without terminal colors', () => {
    const log = Array.from({ length: 9 }, (_, i) => `\u001b[31mline ${i}\u001b[0m`)
    const run = {
      state: 'FAILED',
      outputs: { a: 1 },
      credit_cost: 2.5,
      created_ts: '2026-11-22T12:00:00Z',
      log,
    }
    expect(flowRunSnapshot(run)).toMatchObject({
      state: 'FAILED',
      isOver: true,
      turnId: 'run',
      details: { outputs: { a: 1 }, cost: 2.5, failure: 'line 4\nline 5\nline 6\nline 7\nline 8' },
    })
  })
})

test('reads whatever Gumloop sends, or says that it is no run', () => {
  const attempt = (read: () => RunSnapshot) => {
    try {
      return read()
    } catch (error) {
      expect(error).toMatchObject({ code: 'upstream_invalid' })
      return undefined
    }
  }
  fc.assert(
    fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (value, session) => {
      const snapshots = [
        attempt(() => sessionSnapshot(value)),
        sessionSnapshot({ session: { ...session, state: value } }),
        attempt(() => flowRunSnapshot(value)),
        flowRunSnapshot({ ...session, outputs: value }),
      ]
      for (const snapshot of snapshots) {
        if (snapshot === undefined) continue
        expect(typeof snapshot.isOver).toBe('boolean')
        expect(typeof snapshot.turnId).toBe('string')
        fitDetails(snapshot.details)
      }
      expect(Array.isArray(artifactNote(value))).toBe(true)
    }),
  )
})

describe('the size limits', () => {
  const details = (over: Partial<RunDetails>): RunDetails => ({
    answer: null,
    outputs: null,
    artifacts: null,
    cost: null,
    pending_approvals: [],
    failure: null,
    agent_id: null,
    agent_name: null,
    queue_position: null,
    ...over,
  })
  const artifact = { id: 'a', filename: 'f.csv', media_type: 'text/csv', size: 1 }

  test('leave alone what fits', () => {
    const whole = details({ answer: 'ok', outputs: { a: [1, 'b'] }, artifacts: [artifact], cost: 3 })
    expect(fitDetails(whole)).toEqual(whole)
  })

  test('cut long texts, with a note of what is missing, and leave ids alone', () => {
    const cut = fitDetails(
      details({
        answer: 'ü'.repeat(100_000),
        outputs: { report: 'x'.repeat(200_000), rows: 12, note: 'short' },
        artifacts: Array.from({ length: 80 }, () => artifact),
      }),
    )
    expect(cut.answer).toMatch(/^ü{44900,44999}… \[cut: 5\d{4} more characters\]$/)
    expect(cut.outputs).toMatchObject({ rows: 12, note: 'short', report: expect.stringContaining('[cut: ') })
    expect(cut.artifacts).toHaveLength(50)
    expect(cut.shortened).toEqual([expect.stringContaining('artifacts')])
    expect(cut.cuts?.map(({ path, total }) => [path.join('.'), total])).toEqual([
      ['answer', 100_000],
      ['outputs.report', 200_000],
    ])
  })

  test('keep every snapshot small enough for an item of the table', () => {
    const hostile = fc.record({
      answer: fc.constantFrom('😀'.repeat(300_000), '\u0000'.repeat(300_000), 'a'),
      outputs: fc.constantFrom(
        Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${'n'.repeat(50)}${i}`, 'v'.repeat(40)])),
        { list: Array.from({ length: 100_000 }, () => 7) },
        { deep: { deeper: 'z'.repeat(500_000) } },
      ),
      pending_approvals: fc.constantFrom(
        Array.from({ length: 20 }, () => ({ action_request_id: 'x', reason: 'r'.repeat(50_000) })),
        [],
      ),
      failure: fc.constantFrom('f'.repeat(90_000), null),
      agent_name: fc.constantFrom('n'.repeat(90_000), null),
    })
    fc.assert(
      fc.property(hostile, over => {
        const bytes = Buffer.byteLength(JSON.stringify(fitDetails(details(over))))
        expect(bytes).toBeLessThan(390_000)
      }),
      { numRuns: 30 },
    )
  })
})
