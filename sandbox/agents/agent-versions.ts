/** The saved versions of an agent and the changes in each. */

import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { notFound } from '../http/error-response.ts'
import { pageOf } from '../http/paging.ts'
import { timestamp } from '../http/timestamp.ts'
import type {
  AgentComposition,
  AgentRecord,
  AgentVersionRecord,
  KnowledgeSourceRecord,
} from '../state/state.ts'
import { findAgent } from './agents.ts'
import { SEED_CREATOR } from './people.ts'

function versionObject(agent: AgentRecord, version: AgentVersionRecord) {
  const i = agent.versions.indexOf(version)
  return {
    id: version.id,
    agent_id: agent.id,
    major_version: i + 1,
    name: version.composition.name,
    is_deployed: i === agent.versions.length - 1 ? true : null,
    created_at: timestamp(version.createdAtMs),
    creator: SEED_CREATOR,
  }
}

export function listAgentVersions(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const latestFirst = [...agent.versions].reverse()
  const page = pageOf(latestFirst, `versions of ${agent.id}`, call.query, version => version.id)
  return ok({
    versions: page.entries.map(version => versionObject(agent, version)),
    next_cursor: page.nextCursor,
  })
}

const FIELDS = [
  ['name', 'name'],
  ['description', 'description'],
  ['modelName', 'model_name'],
  ['systemPrompt', 'system_prompt'],
] as const

const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)

function position(list: Record<string, unknown>[], entry: Record<string, unknown>): number | null {
  const i = list.findIndex(other => !differs(entry, other))
  return i < 0 ? null : i
}

function knowledgeChanges(before: KnowledgeSourceRecord[], after: KnowledgeSourceRecord[]) {
  const ids = [...new Set([...before, ...after].map(source => source.connectorId))]
  return ids.flatMap(id => {
    const old = before.find(source => source.connectorId === id)
    const now = after.find(source => source.connectorId === id)
    if (!differs(old, now)) return []
    const status = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed'
    const configs = { old_config: old?.config ?? null, new_config: now?.config ?? null }
    return [{ connector_id: id, status, ...configs, field_changes: [] }]
  })
}

function listChanges(before: Record<string, unknown>[], after: Record<string, unknown>[]) {
  const added = after.filter(entry => !before.some(other => !differs(entry, other)))
  const removed = before.filter(entry => !after.some(other => !differs(entry, other)))
  const change = (status: string, entry: Record<string, unknown>, names: { old: unknown; new: unknown }) => ({
    identity: { type: entry.type ?? null, server_id: entry.server_id ?? null },
    status,
    old_position: position(before, entry),
    new_position: position(after, entry),
    old_value: names.old,
    new_value: names.new,
    field_changes: [],
  })
  return [
    ...removed.map(entry => change('removed', entry, { old: entry, new: null })),
    ...added.map(entry => change('added', entry, { old: null, new: entry })),
  ]
}

function changesBetween(base: AgentVersionRecord, before: AgentComposition, after: AgentComposition) {
  return {
    base_version_id: base.id,
    attachment_changes_complete: true,
    field_changes: FIELDS.filter(([key]) => differs(before[key], after[key])).map(([key, field]) => ({
      field,
      status: before[key] === null ? 'added' : after[key] === null ? 'removed' : 'changed',
      old_value: before[key],
      new_value: after[key],
    })),
    tool_changes: listChanges(before.tools, after.tools),
    skill_changes: [
      ...before.skillIds
        .filter(id => !after.skillIds.includes(id))
        .map(id => ({ skill_id: id, status: 'removed' })),
      ...after.skillIds
        .filter(id => !before.skillIds.includes(id))
        .map(id => ({ skill_id: id, status: 'added' })),
    ],
    knowledge_source_changes: knowledgeChanges(before.knowledgeSources, after.knowledgeSources),
  }
}

export function retrieveAgentVersion(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const id = pathValue(call, 'version_id')
  const i = agent.versions.findIndex(entry => entry.id === id)
  const version = agent.versions[i]
  if (version === undefined) throw notFound('agent version', id)
  const { composition } = version
  const base = agent.versions[i - 1]
  return ok({
    version: {
      ...versionObject(agent, version),
      composition: {
        complete: true,
        schema_version: 1,
        name: composition.name,
        description: composition.description,
        model_name: composition.modelName,
        system_prompt: composition.systemPrompt,
        tools: composition.tools,
        resources: composition.resources,
        metadata: composition.metadata,
        skill_ids: composition.skillIds,
        knowledge_sources: composition.knowledgeSources.map(source => ({
          connector_id: source.connectorId,
          config: source.config,
        })),
      },
    },
    changes: base === undefined ? null : changesBetween(base, base.composition, composition),
  })
}
