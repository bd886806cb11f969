import aslValidator from 'asl-validator'
import { describe, expect, it } from 'vitest'
import { shortestPollIntervalSeconds } from '../../../lambda/runs/watch/poll-interval.ts'
import { runWorkflowDefinition } from '../../../lib/runs/run-workflow-definition.ts'
import { MAX_WATCH_HOURS } from '../../../lib/stage/stage-config.ts'
import { execute, type Machine, testState } from './states-machine.ts'

const definition = runWorkflowDefinition({
  invokeResource: 'arn:aws:states:::lambda:invoke',
  pollerArn: 'arn:aws:lambda:eu-west-1:000000000000:function:poller',
  watchHours: 24,
})
// One cast: the definition has a literal type, the interpreter accepts any machine.
const machine = definition as unknown as Machine
const INPUT = { watch_id: 'w1', attempt: 2, wait_seconds: 3, deadline_ms: 86_400_000 }
const answer = (is_over: boolean, wait_seconds = 0) => ({ payload: { is_over, wait_seconds } })

describe('each state', () => {
  it('is valid Amazon States Language, its JSONata included', () => {
    expect(aslValidator(definition)).toMatchObject({ isValid: true, errors: [] })
  })

  it('Wait waits as long as its input says', async () => {
    expect(await testState(machine, 'Wait', INPUT)).toMatchObject({ next: 'Poll', step: { seconds: 3 } })
    expect(await testState(machine, 'Wait', { is_over: false, wait_seconds: 60 })).toMatchObject({
      next: 'Poll',
      step: { seconds: 60 },
    })
  })

  it('Poll passes the execution’s watch to the poller, and returns its result', async () => {
    const tested = await testState(
      machine,
      'Poll',
      { is_over: false, wait_seconds: 9 },
      {
        executionInput: INPUT,
        task: () => answer(false, 12),
      },
    )
    expect(tested.step.arguments).toEqual({
      FunctionName: 'arn:aws:lambda:eu-west-1:000000000000:function:poller',
      Payload: { watch_id: 'w1', attempt: 2 },
    })
    expect(tested).toMatchObject({ next: 'IsOver', output: { is_over: false, wait_seconds: 12 }, tries: 1 })
  })

  it.each([
    ['Lambda.TooManyRequestsException', 6],
    ['Lambda.ServiceException', 6],
    ['States.Timeout', 4],
    ['AppError', 4],
  ])('Poll retries on %s, then continues with IsTooLate', async (error, tries) => {
    const tested = await testState(machine, 'Poll', INPUT, { task: () => ({ error }) })
    expect(tested).toMatchObject({ next: 'IsTooLate', tries, error })
  })

  it('Poll continues normally after a successful retry', async () => {
    const answers = [{ error: 'Lambda.SdkClientException' }, answer(true)]
    const tested = await testState(machine, 'Poll', INPUT, { task: () => answers.shift() ?? answer(false) })
    expect(tested).toMatchObject({ next: 'IsOver', output: { is_over: true }, tries: 2 })
  })

  it.each([
    [true, 'Over'],
    [false, 'Wait'],
  ])('IsOver: %s continues with %s', async (is_over, next) => {
    expect((await testState(machine, 'IsOver', { is_over, wait_seconds: 1 })).next).toBe(next)
  })

  it.each([
    ['before the deadline', 86_400_000 - 1, 'WaitAfterError'],
    ['within an hour after it', 86_400_000 + 3_600_000, 'WaitAfterError'],
    ['later', 86_400_000 + 3_600_001, 'PollerBroken'],
  ])('IsTooLate, %s', async (_, enteredAtMs, next) => {
    const tested = await testState(
      machine,
      'IsTooLate',
      { Error: 'x' },
      { executionInput: INPUT, enteredAtMs },
    )
    expect(tested.next).toBe(next)
  })

  it('Over succeeds, PollerBroken fails', async () => {
    expect((await testState(machine, 'Over', {})).next).toBeUndefined()
    expect(await testState(machine, 'PollerBroken', {})).toMatchObject({
      next: undefined,
      error: 'PollerBroken',
    })
    expect((await testState(machine, 'WaitAfterError', {})).step.seconds).toBe(60)
  })
})

describe('a whole execution', () => {
  it('polls until the poller reports the end, at the intervals that it returns', async () => {
    const answers = [answer(false, 1), answer(false, 2), answer(true)]
    const { status, steps } = await execute(machine, INPUT, { task: () => answers.shift() ?? answer(true) })
    expect(status).toBe('SUCCEEDED')
    expect(steps.flatMap(step => step.seconds ?? [])).toEqual([3, 1, 2])
    expect(steps.filter(step => step.state === 'Poll')).toHaveLength(3)
    expect(steps.map(step => step.state).slice(-3)).toEqual(['Poll', 'IsOver', 'Over'])
  })

  it('survives a poller that is broken for half an hour', async () => {
    const { status, endedMs } = await execute(machine, INPUT, {
      task: (_, nowMs) => (nowMs < 1_800_000 ? { error: 'AppError' } : answer(true)),
    })
    expect(status).toBe('SUCCEEDED')
    expect(endedMs).toBeLessThan(1_900_000)
  })

  it('fails when the poller is broken until after the deadline', async () => {
    const input = { ...INPUT, deadline_ms: 600_000 }
    const { status, error, endedMs } = await execute(machine, input, { task: () => ({ error: 'AppError' }) })
    expect([status, error]).toEqual(['FAILED', 'PollerBroken'])
    expect(endedMs).toBeLessThan(600_000 + 3_600_000 + 120_000)
  })
})

describe('limits', () => {
  /** Wait entered and exited, task entered, scheduled, started, succeeded and exited, choice entered and exited. */
  const EVENTS_PER_POLL = 9
  const MAX_EVENTS = 25_000

  it('the longest watch of a stage stays within the history limit for any jitter', () => {
    let polls = 0
    for (let ageMs = 0; ageMs < MAX_WATCH_HOURS * 3_600_000; polls++)
      ageMs += shortestPollIntervalSeconds(ageMs) * 1000
    expect(polls * EVENTS_PER_POLL).toBeLessThan(0.85 * MAX_EVENTS)
  })

  it('the state machine’s timeout is after the deadline of the watch', () => {
    expect(machine.TimeoutSeconds).toBeGreaterThan(24 * 3600 + 3600)
  })
})
