/** Flows: workbooks, saved items, inputs, and starting, reading and stopping runs. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { ApiError } from '../http/error-response.ts'
import { objectsField, textOrNull } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { timestamp } from '../http/timestamp.ts'
import { FLOWS, type Flow, WORKBOOKS } from '../seed/seed-flows.ts'
import { requestedDurationMs } from '../sessions/requested-duration.ts'
import type { FlowRunRecord } from '../state/state.ts'
import { flowById, flowRunAt, logAt } from './flow-run.ts'

/** Names in the start body that Gumloop reserves. */
const RESERVED = ['saved_item_id', 'user_id', 'project_id', 'pipeline_inputs', 'api_key']
const HISTORY_LENGTH = 10

const missing = (what: string) => new ApiError(400, 'invalid_request', `Missing required parameter: ${what}.`)

function savedItem(flow: Flow) {
  return {
    saved_item_id: flow.id,
    name: flow.name,
    description: flow.description,
    created_ts: timestamp(Date.parse(flow.createdAt)),
  }
}

/** @throws ApiError 404 */
function findFlow(id: string): Flow {
  const flow = flowById(id)
  if (flow === undefined) throw new ApiError(404, 'not_found', `Saved item ${id} not found.`)
  return flow
}

/** @throws ApiError 404 */
export function findRun(call: Call, id: string): { run: FlowRunRecord; flow: Flow } {
  const run = call.world.state.flowRuns.find(entry => entry.id === id)
  if (run === undefined) throw new ApiError(404, 'not_found', `Run ${id} not found.`)
  return { run, flow: findFlow(run.savedItemId) }
}

export function listSavedItems(): ApiResponse {
  return ok({ saved_items: FLOWS.map(savedItem) })
}

export function listWorkbooks(): ApiResponse {
  const workbooks = WORKBOOKS.map(workbook => ({
    workbook_id: workbook.id,
    name: workbook.name,
    description: workbook.description,
    created_ts: timestamp(Date.parse(workbook.createdAt)),
    saved_items: FLOWS.filter(flow => flow.workbookId === workbook.id).map(savedItem),
  }))
  return ok({ workbooks })
}

export function getInputs(call: Call): ApiResponse {
  const id = textOrNull(call.query, 'saved_item_id')
  if (id === null) throw missing('saved_item_id')
  return ok({ inputs: findFlow(id).inputs })
}

/** Why a run with these inputs will fail; null when it will not. */
function inputFailure(call: Call, flow: Flow, inputs: Record<string, unknown>): string | null {
  for (const { name, data_type } of flow.inputs) {
    const value = inputs[name]
    if (value === undefined || value === null || value === '') return `Input ${name} is empty`
    if (data_type === 'file' && !call.world.state.flowFiles.some(file => file.name === value)) {
      return `Input ${name}: no uploaded file has the name ${JSON.stringify(value)}`
    }
  }
  return flow.failure
}

/** Accepts inputs as fields of the body and, for older clients, as `pipeline_inputs` (docs/gumloop-api.md, Flows). */
function inputsOf(body: Record<string, unknown>): Record<string, unknown> {
  const inputs: Record<string, unknown> = {}
  for (const entry of objectsField(body, 'pipeline_inputs')) {
    if (typeof entry.input_name === 'string') inputs[entry.input_name] = entry.value
  }
  for (const [name, value] of Object.entries(body)) if (!RESERVED.includes(name)) inputs[name] = value
  return inputs
}

export function startPipeline(call: Call): ApiResponse {
  const { body, world, nowMs } = call
  const id = textOrNull(body, 'saved_item_id')
  if (id === null) throw missing('saved_item_id')
  const flow = flowById(id)
  if (flow === undefined) throw new ApiError(400, 'invalid_request', `Saved item ${id} not found.`)
  const inputs = inputsOf(body)
  const durationsMs = Object.values(inputs).flatMap(value =>
    typeof value === 'string' ? [requestedDurationMs(value)] : [],
  )
  const durationMs = durationsMs.find(ms => ms !== null)
  const run: FlowRunRecord = {
    id: nextId(world.state, '', 22),
    savedItemId: flow.id,
    userId: call.userId,
    inputs,
    startedAtMs: nowMs,
    queuedMs: Math.round(flow.queuedMs / world.speed),
    workMs: Math.round(
      (durationMs == null ? flow.workMs : Math.max(0, durationMs - flow.queuedMs)) / world.speed,
    ),
    failure: inputFailure(call, flow, inputs),
    killedAtMs: null,
  }
  world.state.flowRuns.push(run)
  if (flow.startResponse === 'empty') return { status: 204 }
  return ok({
    run_id: run.id,
    saved_item_id: flow.id,
    workbook_id: flow.workbookId,
    url: `https://www.gumloop.com/pipeline?run_id=${run.id}&workbook_id=${flow.workbookId}`,
  })
}

export function getRun(call: Call): ApiResponse {
  const { run, flow } = findRun(call, textOrNull(call.query, 'run_id') ?? '')
  const view = flowRunAt(run, flow, call.nowMs)
  return ok({
    run_id: run.id,
    user_id: run.userId,
    state: view.state,
    outputs: view.outcome.outputs,
    created_ts: timestamp(run.startedAtMs),
    // The API description does not allow null here, so the fields are absent until the run ends.
    ...(view.finishedAtMs === null
      ? {}
      : { finished_ts: timestamp(view.finishedAtMs), credit_cost: flow.credits }),
    log: logAt(run, flow, call.nowMs),
  })
}

/** `success` is false for a run that has already ended. */
export function killPipeline(call: Call): ApiResponse {
  const { run, flow } = findRun(call, textOrNull(call.body, 'run_id') ?? '')
  const { state } = flowRunAt(run, flow, call.nowMs)
  const isStoppable = state === 'QUEUED' || state === 'RUNNING'
  if (isStoppable) run.killedAtMs = call.nowMs
  return ok({ success: isStoppable || state === 'TERMINATING', run_id: run.id })
}

export function runHistory(call: Call): ApiResponse {
  const workbookId = textOrNull(call.query, 'workbook_id')
  const itemId = textOrNull(call.query, 'saved_item_id')
  if (workbookId === null && itemId === null) throw missing('workbook_id or saved_item_id')
  if (itemId === null && !WORKBOOKS.some(workbook => workbook.id === workbookId)) {
    throw new ApiError(404, 'not_found', `Workbook ${workbookId} not found.`)
  }
  const flows = itemId === null ? FLOWS.filter(flow => flow.workbookId === workbookId) : [findFlow(itemId)]
  const rows = flows.map(flow => {
    const runs = call.world.state.flowRuns.filter(run => run.savedItemId === flow.id).slice(-HISTORY_LENGTH)
    const entries = runs.reverse().map(run => {
      const view = flowRunAt(run, flow, call.nowMs)
      const end = view.finishedAtMs
      return {
        run_id: run.id,
        state: view.state,
        created_ts: timestamp(run.startedAtMs),
        finished_ts: end === null ? null : timestamp(end),
        credit_cost: end === null ? null : flow.credits,
        outputs: view.outcome.outputs,
      }
    })
    return [flow.id, entries] as const
  })
  return ok(Object.fromEntries(rows))
}
