/** Which Brain source an agent may read, and how much of it. */
import { findSource } from '../brain/sources.ts'
import type { Call } from '../http/call.ts'
import { badRequest } from '../http/error-response.ts'
import { objectsField, textField } from '../http/fields.ts'
import { isObject, type JsonObject } from '../http/request-check.ts'
import type { KnowledgeSourceRecord } from '../state/state.ts'

const SCOPE_LIMIT = 200

/**
 * A source as an agent may read it. The scope is stored as Gumloop shows it, with all of its fields.
 * @throws ApiError 400 for a scope that fits no source, 403 for a source of another workspace, 404
 */
export function knowledgeSourceOf(
  call: Call,
  teamId: string,
  connectorId: string,
  config: unknown,
): KnowledgeSourceRecord {
  const source = findSource(call, connectorId)
  if (source.teamId !== null && source.teamId !== teamId) {
    throw badRequest(`The source "${source.id}" belongs to another team than the agent.`, 'connector_id')
  }
  return { connectorId: source.id, config: isObject(config) ? scopeOf(config) : null }
}

function scopeOf(config: JsonObject): JsonObject {
  const mode = config.mode === 'include_only' ? 'include_only' : 'denylist'
  const rules = (name: string) =>
    objectsField(config, name).map(rule => ({ type: rule.type, id: rule.id, name: rule.name ?? null }))
  const [inclusions, exclusions] = [rules('inclusions'), rules('exclusions')]
  if (mode === 'include_only' && inclusions.length === 0)
    throw badRequest('include_only wants at least one entry of inclusions.', 'config.inclusions')
  if (inclusions.length + exclusions.length > SCOPE_LIMIT)
    throw badRequest(`At most ${SCOPE_LIMIT} rules are allowed.`, 'config')
  return { mode, inclusions, exclusions }
}

/** The sources that a request for a new agent names. */
export function knowledgeSourcesIn(call: Call, teamId: string): KnowledgeSourceRecord[] {
  return objectsField(call.body, 'knowledge_sources').map(entry =>
    knowledgeSourceOf(call, teamId, textField(entry, 'connector_id') ?? '', entry.config),
  )
}
