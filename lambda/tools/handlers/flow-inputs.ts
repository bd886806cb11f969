/** The inputs that a flow declares: as a JSON Schema, and checked before a run starts. */

import { checkArguments } from '../../catalog/check-arguments.ts'
import type { JsonSchema } from '../../catalog/tool.ts'
import type { Arguments } from '../../gumloop/build-request.ts'
import { unknownShape } from '../../gumloop/read-response.ts'
import { mayUse } from '../../runs/observe/connector-rules.ts'
import { nearest } from '../../shared/edit-distance.ts'
import { ErrorList } from '../../shared/error-list.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { textOrNull } from '../../shared/wire-value.ts'
import { withOwnFields } from '../own-fields.ts'
import type { ToolCall, ToolHandler } from '../tool-call.ts'

const GET_INPUTS = 'get_single_gumloop_automation_by_id'
const START = 'create_a_gumloop_flow_run'
/** Top-level keys of the start request that Gumloop reads itself: no input can have these names (docs/gumloop-api.md, Flows). */
const RESERVED_INPUTS = new Set(['saved_item_id', 'user_id', 'project_id', 'pipeline_inputs', 'api_key'])

/** A flow with more inputs than this is rare; its schema has them all. */
const MAX_NAMES_SHOWN = 100

interface FlowInput {
  name: string
  dataType: string
  description: string | null
}

/** The inputs of a flow as a schema and an example call; an empty list means that it declares none. */
export const getFlowInputs: ToolHandler = async ({ tool, args, operation, mayCall }) => {
  const { value } = await operation(tool.name, args)
  const inputs = readInputs(value)
  const own = {
    saved_item_id: String(args.saved_item_id),
    input_schema: toInputSchema(inputs),
    example: {
      saved_item_id: args.saved_item_id,
      inputs: Object.fromEntries(inputs.map(input => [input.name, exampleOf(input)])),
    },
    next_step: nextStep(
      inputs.map(input => input.name),
      mayCall(START),
    ),
  }
  return { structured: withOwnFields(own, isObject(value) ? value : {}) }
}

function nextStep(names: string[], mayStart: boolean): string {
  if (!mayStart) return 'This connector cannot start flows.'
  if (names.length > 0) return `Call ${START} with inputs for ${names.join(', ')}.`
  return `Call ${START}. This flow declares no inputs: whatever you put in inputs is sent unchanged.`
}

/**
 * Checks `inputs` against what the flow of this call declares.
 * @returns names of declared inputs that were left out.
 * @throws AppError `invalid_arguments` with the right names.
 */
export async function checkFlowInputs(
  call: ToolCall,
  inputs: Arguments,
  allowUnknown: boolean,
): Promise<string[]> {
  const sent = Object.keys(inputs)
  const errors = new ErrorList()
  for (const name of sent) {
    if (RESERVED_INPUTS.has(name))
      errors.add(`inputs.${name}`, 'is a reserved name and cannot be an input of a flow')
  }
  if (errors.count > 0) throw invalidInputs(errors)
  // Whoever may not read what the flow declares must not learn it from error messages: Gumloop alone checks then.
  if (!mayUse(GET_INPUTS, call.mayCall)) return []
  const { saved_item_id, user_id, project_id } = call.args
  const { value } = await call.operation(GET_INPUTS, { saved_item_id, user_id, project_id })
  const declared = readInputs(value)
  if (declared.length === 0) return [] // a webhook flow takes anything
  const names = declared.map(input => input.name)
  const schema = { ...toInputSchema(declared), additionalProperties: true }
  for (const { path, message } of checkArguments(schema, inputs)) errors.add(`inputs.${path}`, message)
  if (!allowUnknown) {
    const isDeclared = new Set(names)
    for (const name of sent) {
      if (!isDeclared.has(name)) errors.add(`inputs.${name}`, () => unknownInput(name, names))
    }
  }
  if (errors.count > 0) throw invalidInputs(errors, names)
  return names.filter(name => !Object.hasOwn(inputs, name))
}

function unknownInput(name: string, names: string[]): string {
  const near = nearest(name, names)
  return `is not an input of this flow; ${near ? `did you mean ${near}? ` : ''}its inputs are ${names.join(', ')}`
}

function invalidInputs(errors: ErrorList, names?: string[]): AppError {
  const nextStep = names
    ? `Use the names ${names.slice(0, MAX_NAMES_SHOWN).join(', ')}. Nothing was started. (allow_unknown_inputs: true also sends other names.)`
    : 'Rename these inputs. Nothing was started.'
  return new AppError('invalid_arguments', 'The inputs do not fit this flow.', {
    errors: errors.toArray(),
    nextStep,
    mayHaveTakenEffect: false,
  })
}

function readInputs(value: unknown): FlowInput[] {
  const list = isObject(value)
    ? (value.inputs ?? (Object.keys(value).length === 0 ? [] : undefined))
    : undefined
  if (!Array.isArray(list)) throw unknownShape(value, "a list of the flow's inputs", false)
  return list.flatMap(item => {
    if (!isObject(item) || typeof item.name !== 'string') return []
    return [
      {
        name: item.name,
        dataType: String(item.data_type ?? 'string'),
        description: textOrNull(item.description),
      },
    ]
  })
}

/** Gumloop names only the type, `string` or `file`: nothing about required inputs, defaults or choices. */
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
