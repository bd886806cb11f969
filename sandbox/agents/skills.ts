/** Skills: list, upload, replace, delete, download. */

import { mayOpen, skillItem } from '../access/item-access.ts'
import { signUrl } from '../artifacts/signed-url.ts'
import { readZip, toZip, type ZipEntry } from '../content/zip.ts'
import { type ApiResponse, created, ok } from '../http/api-response.ts'
import { type Call, type MultipartPart, pathValue } from '../http/call.ts'
import { ApiError, badRequest, notFound } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { pageOf } from '../http/paging.ts'
import { timestamp, timestampOrNull } from '../http/timestamp.ts'
import type { SandboxState, SkillRecord, SkillVersionRecord } from '../state/state.ts'
import { requireTeam, SEED_CREATOR, TEAMS } from './people.ts'

const LIMIT_BYTES = 10 * 1024 * 1024

/** @throws ApiError 400 that names the unknown ids */
export function requireSkills(state: SandboxState, ids: string[]): void {
  const unknown = ids.filter(id => !state.skills.some(skill => skill.id === id && !skill.isDeleted))
  if (unknown.length === 0) return
  throw new ApiError(400, 'invalid_request', `Unknown skills: ${unknown.join(', ')}.`, {
    param: 'skill_ids',
    details: { skill_ids: unknown },
  })
}

/** @throws ApiError 404 */
export function findSkill(call: Call): SkillRecord {
  const id = pathValue(call, 'skill_id')
  const skill = call.world.state.skills.find(entry => entry.id === id && !entry.isDeleted)
  if (skill === undefined || !mayOpen(call, skillItem(skill)))
    throw new ApiError(404, 'skill_not_found', `There is no skill "${id}".`)
  return skill
}

function newest(skill: SkillRecord): SkillVersionRecord {
  const version = skill.versions.at(-1)
  if (version === undefined) throw new Error(`Skill ${skill.id} has no version`)
  return version
}

function skillObject(skill: SkillRecord) {
  const version = newest(skill)
  return {
    id: skill.id,
    name: skill.name,
    description: skill.description,
    team_id: skill.teamId,
    created_at: timestamp(skill.createdAtMs),
    updated_at: timestamp(version.createdAtMs),
    metadata: skill.metadata,
    usage_count: skill.usageCount,
    view_count: skill.viewCount,
    last_used_at: timestampOrNull(skill.lastUsedAtMs),
    version_id: version.id,
    major_version: skill.versions.length,
    is_deployed: skill.usageCount > 0,
    version_created_at: timestamp(version.createdAtMs),
    creator: SEED_CREATOR,
  }
}

const SORTS: Record<string, (a: SkillRecord, b: SkillRecord) => number> = {
  newest: (a, b) => b.createdAtMs - a.createdAtMs,
  popular: (a, b) => b.viewCount - a.viewCount,
  most_used: (a, b) => b.usageCount - a.usageCount,
}

export function listSkills(call: Call): ApiResponse {
  const { query, world } = call
  const teamId = textOrNull(query, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  const search = textOrNull(query, 'search_query')?.toLowerCase()
  const creator = textOrNull(query, 'creator_user_id')
  const agentId = textOrNull(query, 'agent_id')
  const attached = world.state.agents.find(agent => agent.id === agentId)?.skillIds ?? []
  const server = textOrNull(query, 'related_server_id')
  const matching = world.state.skills.filter(
    skill =>
      !skill.isDeleted &&
      mayOpen(call, skillItem(skill)) &&
      (teamId === null || skill.teamId === teamId) &&
      (search === undefined || skill.name.toLowerCase().includes(search)) &&
      (creator === null || creator === SEED_CREATOR.id) &&
      (agentId === null || attached.includes(skill.id)) &&
      (server === null || JSON.stringify(skill.metadata.related_server_ids ?? []).includes(`"${server}"`)) &&
      (query.unused === undefined || skill.usageCount === 0),
  )
  matching.sort(SORTS[textOrNull(query, 'sort_order') ?? 'newest'])
  const page = pageOf(matching, 'skills', query, skill => skill.id)
  return ok({
    skills: page.entries.map(skillObject),
    next_cursor: page.nextCursor,
    total_count: matching.length,
  })
}

/** The files of an upload: the contents of an archive, or the single files. @throws ApiError 400, 413 */
function uploadedFiles(parts: MultipartPart[]): ZipEntry[] {
  const sent = parts.filter(part => part.name === 'files' && part.fileName !== null)
  if (sent.length === 0) throw badRequest('files is required.', 'files')
  if (sent.reduce((sum, part) => sum + part.bytes.length, 0) > LIMIT_BYTES) {
    throw new ApiError(413, 'file_too_large', 'A skill must not exceed 10 MB.', { param: 'files' })
  }
  const [only] = sent
  if (sent.length === 1 && only !== undefined && /\.(zip|skill)$/i.test(only.fileName ?? '')) {
    const entries = readZip(only.bytes, LIMIT_BYTES)
    if (entries === null) throw badRequest('The archive is invalid or unpacks to more than 10 MB.', 'files')
    return entries
  }
  const isLoneMarkdown = sent.length === 1 && /\.md$/i.test(only?.fileName ?? '')
  return sent.map(part => ({ name: isLoneMarkdown ? 'SKILL.md' : (part.fileName ?? ''), bytes: part.bytes }))
}

/** Reads name and description from the front matter of SKILL.md. @throws ApiError 400 */
function readSkill(call: Call): { name: string; description: string; version: SkillVersionRecord } {
  const files = uploadedFiles(call.parts)
  const manifest = files.find(file => file.name.split('/').at(-1) === 'SKILL.md')
  if (manifest === undefined) throw badRequest('The files contain no SKILL.md.', 'files')
  const head = /^---\r?\n([\s\S]*?)\r?\n---/.exec(manifest.bytes.toString('utf8'))?.[1] ?? ''
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.+)$`, 'm').exec(head)?.[1]?.trim()
  const name = field('name')
  if (name === undefined) throw badRequest('SKILL.md has no name in its front matter.', 'files')
  const version = {
    id: nextId(call.world.state, 'sv_'),
    createdAtMs: call.nowMs,
    files: files.map(file => ({ name: file.name, base64: file.bytes.toString('base64') })),
  }
  return { name, description: field('description') ?? '', version }
}

export function createSkill(call: Call): ApiResponse {
  const { name, description, version } = readSkill(call)
  const sentTeam = call.parts.find(part => part.name === 'team_id')?.bytes.toString('utf8')
  const teamId = sentTeam ?? TEAMS[0].id
  requireTeam(teamId)
  const skill: SkillRecord = {
    id: nextId(call.world.state, 'skill_'),
    name,
    description,
    teamId,
    createdAtMs: call.nowMs,
    usageCount: 0,
    viewCount: 0,
    lastUsedAtMs: null,
    metadata: {},
    isDeleted: false,
    versions: [version],
  }
  call.world.state.skills.push(skill)
  return created({ skill: skillObject(skill) })
}

export function updateSkill(call: Call): ApiResponse {
  const skill = findSkill(call)
  const { name, description, version } = readSkill(call)
  skill.name = name
  skill.description = description
  skill.versions.push(version)
  return ok({ skill: skillObject(skill) })
}

/** Removes the skill from listings and detaches it from every agent. */
export function deleteSkill(call: Call): ApiResponse {
  const skill = findSkill(call)
  skill.isDeleted = true
  for (const agent of call.world.state.agents) agent.skillIds = agent.skillIds.filter(id => id !== skill.id)
  return ok({ deleted: true })
}

/** The archive of a version, as a signed link serves it. @throws ApiError 404 */
export function skillArchive(state: SandboxState, id: string, versionId: string): Buffer {
  const skill = state.skills.find(entry => entry.id === id && !entry.isDeleted)
  const version = skill?.versions.find(entry => entry.id === versionId)
  if (version === undefined) throw notFound('skill version', versionId)
  return toZip(version.files.map(file => ({ name: file.name, bytes: Buffer.from(file.base64, 'base64') })))
}

export function downloadSkill(call: Call): ApiResponse {
  const skill = findSkill(call)
  const versionId = textOrNull(call.query, 'version_id') ?? newest(skill).id
  const size = skillArchive(call.world.state, skill.id, versionId).length
  const filename = `${skill.name}.skill`
  const path = `/gumloop-skills/${skill.id}/${versionId}/${encodeURIComponent(filename)}`
  return ok({
    download_url: signUrl(call.world, path, call.nowMs),
    filename,
    media_type: 'application/zip',
    size,
    id: skill.id,
    version_id: versionId,
    major_version: skill.versions.findIndex(version => version.id === versionId) + 1,
  })
}
