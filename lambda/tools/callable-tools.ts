/** Which tools a connector may call. */
import { findTool } from '../catalog/catalog.ts'
import { mayCall, type ToolFilterConfig } from '../catalog/tool-filter.ts'
import type { MayCall } from '../runs/observe/run-state.ts'

/** Which tools a text may name over a connector with this filter: those that exist and that it allows. */
export function callableOver(config: ToolFilterConfig): MayCall {
  return name => findTool(name) !== undefined && mayCall(name, config)
}
