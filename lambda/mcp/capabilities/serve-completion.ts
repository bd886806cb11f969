/** Completion of agent, flow and file names in the arguments of prompts and resource templates. */

import type { CompleteRequest, CompleteResult } from '@modelcontextprotocol/server'
import type { RequestContext } from '../../auth/request-context.ts'
import { mayCall } from '../../catalog/tool-filter.ts'
import { comparable } from '../../shared/comparable-text.ts'
import type { AccountDeps } from '../../tools/with-account.ts'
import type { GumloopServer } from '../gumloop-server.ts'
import { BY_NAME } from './artifact-uri.ts'
import { findNames, NAMES, type NameKind } from './completion-names.ts'
import { type ConnectorCapabilities, capabilitiesFor, isCompletable } from './connector-capabilities.ts'

/** The protocol's limit for one response. */
const MAX_VALUES = 100
/** Somebody is typing: a later answer is useless. */
const DEADLINE_MS = 5000

type Completed = CompleteResult['completion']
const NOTHING: Completed = { values: [], total: 0, hasMore: false }

/** Registers the method and the capability if there is something to complete. */
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

/** The kind of name that the argument takes, if this connector has such an argument. */
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

/** Names that begin with the typed text, then names that contain it; in any case. */
function toCompletion(names: readonly string[], isAll: boolean, typed: string): Completed {
  const wanted = comparable(typed)
  const found = names
    .map(name => ({ name, at: comparable(name).indexOf(wanted) }))
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
