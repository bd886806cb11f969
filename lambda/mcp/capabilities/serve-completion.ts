/** Names of agents, flows and artifacts as a person types them, for the arguments of prompts and of resource names. */
import type { CompleteRequest, CompleteResult } from '@modelcontextprotocol/server'
import type { RequestContext } from '../../auth/request-context.ts'
import { mayCall } from '../../catalog/tool-filter.ts'
import type { AccountDeps } from '../../tools/with-account.ts'
import type { GumloopServer } from '../gumloop-server.ts'
import { BY_NAME } from './artifact-uri.ts'
import { findNames, NAMES, type NameKind } from './completion-names.ts'
import { type ConnectorCapabilities, capabilitiesFor, isCompletable } from './connector-capabilities.ts'

/** As many as the protocol lets one answer carry. */
const MAX_VALUES = 100
/** Somebody is typing: what comes later is of no use. */
const DEADLINE_MS = 5000

type Completed = CompleteResult['completion']
const NOTHING: Completed = { values: [], total: 0, hasMore: false }

/** Registers the method and the capability where there is something to complete. */
export function serveCompletion(server: GumloopServer, request: RequestContext, deps: AccountDeps): void {
  const { config } = request.principal
  const capabilities = capabilitiesFor(config)
  if (!capabilities.completes) return
  server.registerCapabilities({ completions: {} })
  server.setRequestHandler('completion/complete', async ({ params }) => {
    const kind = kindOf(params, capabilities)
    if (!kind || !mayCall(NAMES[kind].tool, config)) return { completion: NOTHING }
    const context = { ...request, deadlineMs: Math.min(request.deadlineMs, Date.now() + DEADLINE_MS) }
    const agent = params.context?.arguments?.agent
    const typed = params.argument.value
    const query = { kind, typed, ...(agent !== undefined && { agent }) }
    const { names, isAll } = server.unwrap(await findNames(query, context, deps))
    return { completion: toCompletion(names, isAll, typed) }
  })
}

/** What the argument holds, where it is one that this connector has. */
function kindOf(
  { ref, argument }: CompleteRequest['params'],
  { templates, prompts }: ConnectorCapabilities,
): NameKind | undefined {
  const { name } = argument
  if (ref.type === 'ref/resource') {
    const isKnown = ref.uri === BY_NAME && templates.some(({ uriTemplate }) => uriTemplate === BY_NAME)
    return isKnown && (name === 'agent' || name === 'filename') ? name : undefined
  }
  const prompt = prompts.find(({ definition }) => definition.name === ref.name)
  const isKnown = prompt?.definition.arguments?.some(known => known.name === name)
  return isKnown && isCompletable(name) ? name : undefined
}

/** What begins with the typed text first, then what has it inside; any case. */
function toCompletion(names: readonly string[], isAll: boolean, typed: string): Completed {
  const wanted = typed.toLowerCase()
  const found = names
    .map(name => ({ name, at: name.toLowerCase().indexOf(wanted) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => Math.min(a.at, 1) - Math.min(b.at, 1))
    .map(({ name }) => name)
  const values = found.slice(0, MAX_VALUES)
  return {
    values,
    hasMore: !isAll || values.length < found.length,
    ...(isAll && { total: found.length }),
  }
}
