/** Lists of flows, and of their runs. */

import { toListPage } from '../../gumloop/paging.ts'
import { unknownShape } from '../../gumloop/read-response.ts'
import { comparable } from '../../shared/comparable-text.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { idOrNull, textOrNull } from '../../shared/wire-value.ts'
import type { ToolHandler } from '../tool-call.ts'

/** Gumloop cannot search flows, so the filter by name is ours. */
export const listFlows: ToolHandler = async ({ tool, args, operation }) => {
  const { search, ...rest } = args
  const wanted = textOrNull(search)
  const { value } = await operation(tool.name, rest)
  const paging = tool.plan?.paging ?? { kind: 'none', items: 'saved_items' }
  const matches = (item: unknown) =>
    wanted === null ||
    (isObject(item) &&
      comparable(`${textOrNull(item.name) ?? ''}\n${textOrNull(item.description) ?? ''}`).includes(
        comparable(wanted),
      ))
  return { structured: { ...toListPage(paging, args, value, matches) } }
}

/** Gumloop answers a map of flow id to runs whose shape it does not publish (docs/gumloop-api.md, Flows). */
export const listFlowRuns: ToolHandler = async ({ tool, args, operation }) => {
  if (args.saved_item_id === undefined && args.workbook_id === undefined) {
    const errors = [{ path: 'saved_item_id', message: 'is required unless workbook_id is set' }]
    throw new AppError('invalid_arguments', 'A flow or a workbook is required.', { errors })
  }
  const paging = tool.plan?.paging
  if (!paging) throw new Error(`the tool file of ${tool.name} has no paging`)
  const { value } = await operation(tool.name, args)
  return { structured: { ...toListPage(paging, args, { [paging.items]: flattenRuns(value) }) } }
}

/** Every run with the flow that it belongs to. Accepts a list of runs, a map of run id to run, one run, and bare run ids. */
function flattenRuns(map: unknown): Record<string, unknown>[] {
  if (Array.isArray(map)) return map.flatMap(run => (isObject(run) ? [run] : []))
  if (!isObject(map)) throw unknownShape(map, 'a map of flows to their runs', false)
  return Object.entries(map).flatMap(([saved_item_id, found]) => {
    const runs = Array.isArray(found) ? found : isRunMap(found) ? named(found) : [found]
    return runs.flatMap(run => {
      if (isObject(run)) return [{ saved_item_id, ...run }]
      const run_id = idOrNull(run)
      return run_id === null ? [] : [{ saved_item_id, run_id }]
    })
  })
}

function isRunMap(found: unknown): found is Record<string, unknown> {
  return isObject(found) && !('run_id' in found) && Object.values(found).every(isObject)
}

function named(runs: Record<string, unknown>): unknown[] {
  return Object.entries(runs).map(([run_id, run]) => (isObject(run) ? { run_id, ...run } : run))
}
