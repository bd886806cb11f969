/** Flows: their inputs as a JSON Schema, starting them with checked inputs, and looking at a run. */
import { checkArguments } from '../../catalog/check-arguments.ts'
import type { JsonSchema } from '../../catalog/tool.ts'
import type { Arguments } from '../../gumloop/build-request.ts'
import { toListPage } from '../../gumloop/paging.ts'
import { withoutColours } from '../../runs/observe/run-snapshot.ts'
import { flowRunNextStep, isFlowRunOver, type MayCall } from '../../runs/observe/run-state.ts'
import { stringOrNull } from '../../runs/observe/session-record.ts'
import { startFlowRun } from '../../runs/start/start-flow-run.ts'
import { nearest } from '../../shared/edit-distance.ts'
import { AppError, type ValidationError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import type { ToolCall, ToolHandler } from '../tool-call.ts'
import { REPEATED_NOTE } from './sessions.ts'
import { scopeOf, startedAndWaited } from './wait-for-runs.ts'

const GET_INPUTS = 'get_single_gumloop_automation_by_id'
const START = 'create_a_gumloop_flow_run'
/** Top-level keys of the start request that Gumloop reads itself: no input can have these names (docs/gumloop-api.md, Flows). */
const RESERVED_INPUTS = new Set(['saved_item_id', 'user_id', 'project_id', 'pipeline_inputs', 'api_key'])

interface FlowInput {
  name: string
  dataType: string
  description: string | null
}

/** Lists flows; Gumloop cannot search them, so the filter by name is ours. */
export const listFlows: ToolHandler = async ({ tool, args, operation }) => {
  const { search, ...rest } = args
  const wanted = stringOrNull(search)?.toLowerCase()
  const { value } = await operation(tool.name, rest)
  const paging = tool.plan?.paging ?? { kind: 'none', items: 'saved_items' }
  const matches = (item: unknown) =>
    wanted === undefined ||
    (isObject(item) && `${item.name ?? ''}\n${item.description ?? ''}`.toLowerCase().includes(wanted))
  return { structured: { ...toListPage(paging, args, value, matches) } }
}

/** The inputs of a flow as a schema and an example call; an empty list means that it declares none. */
export const getFlowInputs: ToolHandler = async call => {
  const { tool, args, operation, mayCall } = call
  const { value } = await operation(tool.name, args)
  const inputs = readInputs(value)
  const names = inputs.map(input => input.name)
  const next_step = !mayCall(START)
    ? 'This connector cannot start flows.'
    : names.length === 0
      ? `Call ${START}. This flow declares no inputs: whatever you put in inputs is sent as it is.`
      : `Call ${START} with inputs for ${names.join(', ')}.`
  return {
    structured: {
      saved_item_id: String(args.saved_item_id),
      input_schema: toInputSchema(inputs),
      example: {
        saved_item_id: args.saved_item_id,
        inputs: Object.fromEntries(inputs.map(i => [i.name, exampleOf(i)])),
      },
      next_step,
      ...(isObject(value) ? value : {}),
    },
  }
}

/** Starts a run, after the inputs have been checked against what the flow declares; at most once for one call. */
export const createFlowRun: ToolHandler = async call => {
  const { args, mayCall, runs } = call
  const { inputs = {}, allow_unknown_inputs, wait_seconds: _, ...wanted } = args
  const given = isObject(inputs) ? inputs : {}
  const leftOut = await checkInputs(call, given, allow_unknown_inputs === true)
  const { answer, runId, isRepeated } = await startFlowRun(wanted, given, { ...runs.starting, mayCall })
  const repeated = isRepeated ? { repeated: true, note: REPEATED_NOTE } : {}
  if (runId === null) {
    const history = 'list_all_gumloop_flow_runs'
    const find = mayCall(history) ? ` Find it with ${history} and this saved_item_id.` : ''
    const next_step = `Gumloop accepted the start but gave no run id.${find} Do not start it again.`
    return {
      structured: {
        accepted: true,
        run_id: null,
        state: null,
        is_over: false,
        next_step,
        ...repeated,
        ...answer,
      },
    }
  }
  const started = {
    accepted: true,
    run_id: runId,
    state: stringOrNull(answer.state),
    is_over: false,
    next_step: flowRunNextStep(runId, null, mayCall),
    ...repeated,
    ...(leftOut.length > 0 && { inputs_left_out: leftOut }),
    ...answer,
  }
  const run = { kind: 'flow_run' as const, id: runId, ...scopeOf(args) }
  return startedAndWaited(call, run, started)
}

export const getFlowRun: ToolHandler = async ({ tool, args, operation, mayCall }) => {
  const { value } = await operation(tool.name, args)
  return { structured: describeFlowRun(value, String(args.run_id), mayCall) }
}

/** `run_id`, `state`, `is_over` and `next_step` in front of Gumloop's record, whose log loses its terminal colours. */
export function describeFlowRun(value: unknown, runId: string, mayCall: MayCall): Record<string, unknown> {
  const record = isObject(value) ? value : {}
  const state = stringOrNull(record.state)
  const log = Array.isArray(record.log)
    ? record.log.map(line => (typeof line === 'string' ? withoutColours(line) : line))
    : record.log
  return {
    ...record,
    run_id: runId,
    state,
    is_over: isFlowRunOver(state),
    next_step: flowRunNextStep(runId, state, mayCall),
    ...(log !== undefined && { log }),
  }
}

/** @returns names of declared inputs that were left out. @throws AppError `invalid_arguments` with the right names. */
async function checkInputs(call: ToolCall, given: Arguments, allowUnknown: boolean): Promise<string[]> {
  const reserved = Object.keys(given).filter(name => RESERVED_INPUTS.has(name))
  if (reserved.length > 0) {
    throw invalidInputs(
      reserved.map(name => ({ path: `inputs.${name}`, message: 'is a reserved name, no input of a flow' })),
    )
  }
  const { saved_item_id, user_id, project_id } = call.args
  const { value } = await call.operation(GET_INPUTS, { saved_item_id, user_id, project_id })
  const inputs = readInputs(value)
  if (inputs.length === 0) return [] // a webhook flow takes anything
  const schema = toInputSchema(inputs)
  const names = inputs.map(input => input.name)
  const errors = checkArguments({ ...schema, additionalProperties: true }, given).map(error => ({
    ...error,
    path: `inputs.${error.path}`,
  }))
  if (!allowUnknown) {
    for (const name of Object.keys(given)) if (!names.includes(name)) errors.push(unknownInput(name, names))
  }
  if (errors.length > 0) throw invalidInputs(errors, names)
  return names.filter(name => !Object.hasOwn(given, name))
}

function unknownInput(name: string, names: string[]): ValidationError {
  const near = nearest(name, names)
  return {
    path: `inputs.${name.slice(0, 80)}`,
    message: `is no input of this flow; ${near ? `did you mean ${near}? ` : ''}its inputs are ${names.join(', ')}`,
  }
}

function invalidInputs(errors: ValidationError[], names?: string[]): AppError {
  const nextStep = names
    ? `Use the names ${names.join(', ')}. Nothing was started. (allow_unknown_inputs: true sends other names as well.)`
    : 'Rename these inputs. Nothing was started.'
  return new AppError('invalid_arguments', 'The inputs do not fit this flow.', {
    errors,
    nextStep,
    mayHaveTakenEffect: false,
  })
}

function readInputs(value: unknown): FlowInput[] {
  const list = isObject(value) && Array.isArray(value.inputs) ? value.inputs : []
  return list.flatMap(item => {
    if (!isObject(item) || typeof item.name !== 'string') return []
    return [
      {
        name: item.name,
        dataType: String(item.data_type ?? 'string'),
        description: stringOrNull(item.description),
      },
    ]
  })
}

/** Gumloop tells only `string` or `file`, and nothing of required, default or choice. */
function toInputSchema(inputs: FlowInput[]): JsonSchema {
  const properties = inputs.map(({ name, dataType, description }): [string, JsonSchema] => {
    const file = dataType === 'file' ? 'Name of an uploaded file.' : undefined
    const text = [description, file].filter(Boolean).join(' ')
    return [
      name,
      {
        ...(dataType === 'string' || dataType === 'file' ? { type: 'string' } : {}),
        ...(text && { description: text }),
      },
    ]
  })
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: properties.length === 0,
  }
}

function exampleOf({ name, dataType, description }: FlowInput): string {
  if (dataType === 'file') return 'uploaded-file.csv'
  return description ? `<${description}>` : `<${name}>`
}
