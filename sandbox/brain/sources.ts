/** Sources of the Brain: list, create, get, delete, approve, and what indexing would cost. */
import { isGuest, requireTeam } from '../agents/people.ts'
import { type ApiResponse, created, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError, badRequest, notFound } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { pageOf } from '../http/paging.ts'
import { insufficientPermissions } from '../http/permissions.ts'
import { timestamp } from '../http/timestamp.ts'
import type { BrainSourceRecord } from '../state/brain-state.ts'
import { creditsFor, startSync, tokensIn } from './syncs.ts'

const UPLOADS = 'direct_file_uploads'
const SOURCES_LIMIT = 200
const NAME_LIMIT = 255

/** Guests see what they made and what belongs to the organization. */
function maySee(call: Call, source: BrainSourceRecord): boolean {
  return !isGuest(call.userId) || source.creatorId === call.userId || source.scope === 'organization'
}

/** @throws ApiError 404 */
export function findSource(call: Call, id: string): BrainSourceRecord {
  const found = call.world.state.brainSources.find(source => source.id === id)
  if (found === undefined || !maySee(call, found)) throw notFound('knowledge source', id)
  return found
}

export const sourceOfPath = (call: Call): BrainSourceRecord => findSource(call, pathValue(call, 'source_id'))

/** @throws ApiError 403 for a guest who did not make it */
export function changeableSource(call: Call): BrainSourceRecord {
  const source = sourceOfPath(call)
  if (isGuest(call.userId) && source.creatorId !== call.userId)
    throw insufficientPermissions('You may read this source, not change it.')
  return source
}

function sourceObject(source: BrainSourceRecord) {
  return {
    id: source.id,
    name: source.name,
    source_type: source.sourceType,
    status: source.status,
    scope: source.scope,
    team_id: source.teamId,
    created_by_user_id: source.creatorId,
    created_at: timestamp(source.createdAtMs),
  }
}

export function listBrainSources(call: Call): ApiResponse {
  const { query, world } = call
  const teamId = textOrNull(query, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  const matching = world.state.brainSources.filter(
    source =>
      maySee(call, source) &&
      (query.scope === undefined || source.scope === query.scope) &&
      (query.source_type === undefined || source.sourceType === query.source_type) &&
      (teamId === null || source.teamId === null || source.teamId === teamId),
  )
  const page = pageOf(matching, 'brain sources', query, source => source.id)
  return ok({ sources: page.entries.map(sourceObject), next_cursor: page.nextCursor })
}

/** @throws ApiError 400 for a type that is connected in the app, and a team that does not fit the scope */
export function createBrainSource(call: Call): ApiResponse {
  const { body, world, nowMs } = call
  const sourceType = textOrNull(body, 'source_type') ?? UPLOADS
  if (sourceType !== UPLOADS) {
    throw new ApiError(400, 'source_type_not_supported', 'Connect other sources in the Gumloop app.', {
      param: 'source_type',
    })
  }
  const name = textOrNull(body, 'name')
  if (name === null || name.length > NAME_LIMIT)
    throw badRequest(`name must have 1 to ${NAME_LIMIT} characters.`, 'name')
  if (world.state.brainSources.length >= SOURCES_LIMIT)
    throw badRequest(`The sandbox stores at most ${SOURCES_LIMIT} sources.`)
  const teamId = textOrNull(body, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  const scope = body.scope === 'team' || body.scope === 'organization' ? body.scope : 'personal'
  if ((scope === 'team') !== (teamId !== null))
    throw badRequest('team_id goes with the scope team, and only with it.', 'team_id')
  const source: BrainSourceRecord = {
    id: nextId(world.state, 'brn_'),
    name,
    sourceType,
    status: body.require_approval === true ? 'draft' : 'active',
    scope,
    teamId,
    creatorId: call.userId,
    createdAtMs: nowMs,
    files: [],
    syncs: [],
  }
  world.state.brainSources.push(source)
  return created({ source: sourceObject(source) })
}

export function getBrainSource(call: Call): ApiResponse {
  return ok({ source: sourceObject(sourceOfPath(call)) })
}

/** Also takes it from the agents that read it. */
export function deleteBrainSource(call: Call): ApiResponse {
  const source = changeableSource(call)
  const { state } = call.world
  state.brainSources = state.brainSources.filter(other => other !== source)
  for (const agent of state.agents)
    agent.knowledgeSources = agent.knowledgeSources.filter(entry => entry.connectorId !== source.id)
  return ok({ deleted: true })
}

export function getBrainSourceEstimate(call: Call): ApiResponse {
  const source = sourceOfPath(call)
  const tokens = tokensIn(source)
  const estimate =
    source.status !== 'draft' || source.files.length === 0
      ? null
      : {
          sync_run_id: `${source.id}_estimate`,
          status: 'estimated',
          estimated_tokens: tokens,
          estimated_credits: creditsFor(tokens),
          document_count: source.files.length,
        }
  return ok({ source_id: source.id, status: source.status, estimate })
}

/** Indexes and charges the files of a draft. @throws ApiError 409 */
export function approveBrainSource(call: Call): ApiResponse {
  const source = changeableSource(call)
  if (source.status !== 'draft')
    throw new ApiError(409, 'source_not_draft', `The source is ${source.status}, not a draft.`)
  source.status = 'active'
  startSync(call, source, 'approval', source.files.length, creditsFor(tokensIn(source)))
  return ok({ source: sourceObject(source) })
}
