/** Interprets a state machine's definition as Step Functions does, for the states and the JSONata that ours uses. */
import { setTimeout as sleep } from 'node:timers/promises'
import jsonata from 'jsonata'
import type { Json } from '../../support/mcp-server.ts'

export interface Machine {
  StartAt: string
  TimeoutSeconds: number
  States: Record<string, State>
}

export interface State {
  Type: string
  Next?: string
  Seconds?: unknown
  Arguments?: unknown
  Output?: unknown
  Retry?: { ErrorEquals: string[]; MaxAttempts: number }[]
  Catch?: { ErrorEquals: string[]; Next: string }[]
  Choices?: { Condition: string; Next: string }[]
  Default?: string
  Error?: string
}

export interface Step {
  state: string
  /** What the state waited, in seconds. */
  seconds?: number
  /** The arguments of its task. */
  arguments?: unknown
}

/** Result of a task: a value, or the name of an error. */
export type Outcome = { payload: unknown } | { error: string }
export type Task = (argument: Json) => Outcome | Promise<Outcome>

export interface Tested {
  /** Undefined: the machine ends here. */
  next: string | undefined
  output: unknown
  step: Step
  error?: string
  /** Times the task was tried. */
  tries: number
}

/** Runs a single state, as `TestState` does. */
export async function testState(
  machine: Machine,
  name: string,
  input: unknown,
  {
    executionInput = input,
    enteredAtMs = 0,
    task,
  }: { executionInput?: unknown; enteredAtMs?: number; task?: Task } = {},
): Promise<Tested> {
  const state = machine.States[name]
  if (state === undefined) throw new Error(`there is no state ${name}`)
  const context = {
    Execution: { Input: executionInput },
    State: { Name: name, EnteredTime: new Date(enteredAtMs).toISOString() },
  }
  const evaluate = (template: unknown, result?: unknown) =>
    fill(template, { input, context, ...(result === undefined ? {} : { result }) })
  switch (state.Type) {
    case 'Wait': {
      const seconds = await evaluate(state.Seconds)
      if (!Number.isInteger(seconds) || Number(seconds) < 0)
        throw new Error(`Seconds of ${name} is ${String(seconds)}`)
      return { next: state.Next, output: input, step: { state: name, seconds: Number(seconds) }, tries: 0 }
    }
    case 'Task': {
      const args = await evaluate(state.Arguments)
      const outcome = await attempt(state, task, args)
      if (outcome.error !== undefined) {
        const caught = state.Catch?.find(one => matches(one.ErrorEquals, outcome.error ?? ''))
        const output = { Error: outcome.error }
        return { next: caught?.Next, output, step: { state: name, arguments: args }, ...outcome }
      }
      // As Step Functions wraps a function's result.
      const output = await evaluate(state.Output, { Payload: outcome.payload, StatusCode: 200 })
      return { next: state.Next, output, step: { state: name, arguments: args }, tries: outcome.tries }
    }
    case 'Choice': {
      for (const choice of state.Choices ?? []) {
        const isTrue = await evaluate(choice.Condition)
        if (typeof isTrue !== 'boolean') throw new Error(`${choice.Condition} is no boolean`)
        if (isTrue) return { next: choice.Next, output: input, step: { state: name }, tries: 0 }
      }
      return { next: state.Default, output: input, step: { state: name }, tries: 0 }
    }
    case 'Succeed':
      return { next: undefined, output: input, step: { state: name }, tries: 0 }
    case 'Fail':
      return { next: undefined, output: input, step: { state: name }, error: state.Error ?? '', tries: 0 }
    default:
      throw new Error(`${state.Type} is not known here`)
  }
}

/** Runs a whole execution. Time passes only in its waits, unless `isRealTime`. */
export async function execute(
  machine: Machine,
  input: unknown,
  {
    task,
    maxSteps = 500,
    isRealTime = false,
  }: {
    task: (argument: Json, nowMs: number) => Outcome | Promise<Outcome>
    maxSteps?: number
    isRealTime?: boolean
  },
): Promise<{ status: 'SUCCEEDED' | 'FAILED'; error?: string; steps: Step[]; endedMs: number }> {
  const steps: Step[] = []
  let nowMs = isRealTime ? Date.now() : 0
  let name: string | undefined = machine.StartAt
  let current = input
  while (name !== undefined) {
    if (steps.length >= maxSteps) throw new Error('the machine does not end')
    const tested: Tested = await testState(machine, name, current, {
      executionInput: input,
      enteredAtMs: nowMs,
      task: argument => task(argument, nowMs),
    })
    steps.push(tested.step)
    const { seconds = 0 } = tested.step
    if (isRealTime) await sleep(seconds * 1000)
    nowMs += seconds * 1000
    const isFail = machine.States[name]?.Type === 'Fail'
    if (tested.next === undefined && (isFail || tested.error !== undefined)) {
      return { status: 'FAILED', error: tested.error ?? '', steps, endedMs: nowMs }
    }
    current = tested.output
    name = tested.next
  }
  return { status: 'SUCCEEDED', steps, endedMs: nowMs }
}

async function attempt(
  state: State,
  task: Task | undefined,
  args: unknown,
): Promise<{ payload?: unknown; error?: string; tries: number }> {
  if (task === undefined) throw new Error('the state has a task, and the test gave none')
  const left = new Map(state.Retry?.map(retry => [retry, retry.MaxAttempts]))
  for (let tries = 1; ; tries++) {
    const outcome = await task(args)
    if ('payload' in outcome) return { payload: outcome.payload, tries }
    const retry = state.Retry?.find(one => matches(one.ErrorEquals, outcome.error))
    const remaining = retry === undefined ? 0 : (left.get(retry) ?? 0)
    if (retry === undefined || remaining === 0) return { error: outcome.error, tries }
    left.set(retry, remaining - 1)
  }
}

function matches(errors: string[], error: string): boolean {
  return errors.includes('States.ALL') || errors.includes(error)
}

/** A template with every `{% … %}` evaluated; `$states` is Step Functions' own name. */
async function fill(template: unknown, states: Record<string, unknown>): Promise<unknown> {
  if (typeof template === 'string') {
    const [, expression] = /^\{%([\s\S]*)%\}$/.exec(template) ?? []
    return expression === undefined ? template : jsonata(expression).evaluate({}, { states })
  }
  if (Array.isArray(template)) return Promise.all(template.map(item => fill(item, states)))
  if (typeof template !== 'object' || template === null) return template
  const entries = Object.entries(template).map(
    async ([name, item]) => [name, await fill(item, states)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}
