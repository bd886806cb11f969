/**
 * Run history of flows as one list. Gumloop answers a map of flow id to runs whose shape it does not publish
 * (docs/gumloop-api.md, Flows).
 */
import { toListPage } from '../../gumloop/paging.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import type { ToolHandler } from '../tool-call.ts'

export const listFlowRuns: ToolHandler = async ({ tool, args, operation }) => {
  if (args.saved_item_id === undefined && args.workbook_id === undefined) {
    const errors = [{ path: 'saved_item_id', message: 'is required, unless workbook_id is given' }]
    throw new AppError('invalid_arguments', 'Say which runs.', { errors })
  }
  const paging = tool.plan?.paging
  if (!paging) throw new Error(`the record of ${tool.name} is not one of a list`)
  const { value } = await operation(tool.name, args)
  return { structured: { ...toListPage(paging, args, { [paging.items]: flattenRuns(value) }) } }
}

/** Every run with the flow it belongs to. A list of runs, a map of run id to run, one run and bare run ids are all taken. */
export function flattenRuns(map: unknown): Record<string, unknown>[] {
  if (!isObject(map)) return []
  return Object.entries(map).flatMap(([saved_item_id, found]) => {
    const runs = Array.isArray(found) ? found : isRunMap(found) ? named(found) : [found]
    return runs.flatMap(run => {
      if (isObject(run)) return [{ saved_item_id, ...run }]
      return typeof run === 'string' ? [{ saved_item_id, run_id: run }] : []
    })
  })
}

function isRunMap(found: unknown): found is Record<string, unknown> {
  return isObject(found) && !('run_id' in found) && Object.values(found).every(isObject)
}

function named(runs: Record<string, unknown>): unknown[] {
  return Object.entries(runs).map(([run_id, run]) => (isObject(run) ? { run_id, ...run } : run))
}
