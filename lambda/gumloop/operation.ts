/**
 * Calls an operation of Gumloop's by the name of its tool: the one way in which tools, waits and the poller call
 * Gumloop.
 */
import { findTool } from '../catalog/catalog.ts'
import type { Arguments } from './build-request.ts'
import { type CallContext, type CallResult, callGumloop } from './client.ts'
import { toUpstreamPage } from './paging.ts'

/** Bound to an account and a deadline. Throws the AppErrors of `gumloop/client.ts`. */
export type Operation = (toolName: string, args: Arguments, extraBody?: Arguments) => Promise<CallResult>

export function bindOperation(context: CallContext): Operation {
  return async (toolName, args, extraBody) => {
    const tool = findTool(toolName)
    const plan = tool?.plan
    if (!plan) throw new Error(`${toolName} is not an operation of Gumloop's API`)
    const documented = [
      ...Object.keys(tool.definition.outputSchema.properties ?? {}),
      ...(plan.paging ? [plan.paging.items] : []),
    ]
    const sent = plan.paging ? toUpstreamPage(plan.paging, args) : args
    return callGumloop(plan, sent, context, extraBody, documented)
  }
}
