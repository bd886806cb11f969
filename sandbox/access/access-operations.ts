/** Shows and changes who may open an artifact, a session or a skill. */

import { nameOfEmail, personOf, TEAMS, teamIdsOf } from '../agents/people.ts'
import { findSkill } from '../agents/skills.ts'
import { findArtifact } from '../artifacts/artifacts.ts'
import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { badRequest } from '../http/error-response.ts'
import { isSent, objectField, objectsField, textField, textOrNull } from '../http/fields.ts'
import { insufficientPermissions } from '../http/permissions.ts'
import type { JsonObject } from '../http/request-check.ts'
import { findSession } from '../sessions/find-session.ts'
import type { AccessRecord } from '../state/access-state.ts'
import {
  accessOf,
  artifactItem,
  type Item,
  mayChangeAccess,
  passwordHash,
  sessionItem,
  skillItem,
  storedAccess,
} from './item-access.ts'

const ROLES = ['viewer', 'editor']
const GRANTS_LIMIT = 100
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

function artifactOf(call: Call): Item {
  const { artifact } = findArtifact(call, pathValue(call, 'artifact_id'), null)
  return artifactItem(artifact.id, artifact.session)
}

/** How many of `entries` there are by role, as `hidden_by_role` counts them. */
function hiddenCounts(record: AccessRecord, people: { role: string }[], teams: { role: string }[]) {
  const count = (all: { role: string }[], shown: { role: string }[], role: string) =>
    all.filter(entry => entry.role === role).length - shown.filter(entry => entry.role === role).length
  const hidden = ROLES.map(role => ({
    role,
    people: count(record.people, people, role),
    teams: count(record.teams, teams, role),
  })).filter(entry => entry.people + entry.teams > 0)
  return hidden.length === 0 ? null : Object.fromEntries(hidden.map(({ role, ...counts }) => [role, counts]))
}

/** Who may not change the access sees only the own entries, and how many others there are. */
function accessObject(call: Call, item: Item) {
  const record = accessOf(call.world.state, item.key)
  const isFull = mayChangeAccess(call, item)
  const own = personOf(call.userId).email
  const people = isFull ? record.people : record.people.filter(person => person.email === own)
  const teams = isFull
    ? record.teams
    : record.teams.filter(team => teamIdsOf(call.userId).includes(team.teamId))
  return {
    grants_visibility: isFull ? 'full' : 'own',
    people: people.map(({ email, role }) => ({ email, name: nameOfEmail(email), role })),
    teams: teams.map(({ teamId, role }) => ({ team_id: teamId, role })),
    organization_access: record.organizationRole === null ? null : { role: record.organizationRole },
    link: record.link,
    link_role: record.linkRole,
    password_protected: record.passwordHash !== null,
    hidden_by_role: hiddenCounts(record, people, teams),
  }
}

interface Grantee {
  kind: 'person' | 'team' | 'organization'
  email: string
  teamId: string
}

/** @throws ApiError 400 for a person without a valid e-mail address and a team that does not exist */
function granteeOf(entry: JsonObject, at: string): Grantee {
  const email = textOrNull(entry, 'email')?.toLowerCase() ?? ''
  const teamId = textOrNull(entry, 'team_id') ?? ''
  if (entry.type === 'organization') return { kind: 'organization', email: '', teamId: '' }
  if (entry.type === 'person') {
    if (!EMAIL.test(email)) throw badRequest('A person is named by an e-mail address.', `${at}.email`)
    return { kind: 'person', email, teamId: '' }
  }
  if (!TEAMS.some(team => team.id === teamId)) throw badRequest('There is no such team.', `${at}.team_id`)
  return { kind: 'team', email: '', teamId }
}

function roleOf(entry: JsonObject, at: string): string {
  const role = textField(entry, 'role') ?? 'viewer'
  if (!ROLES.includes(role)) throw badRequest(`role must be one of ${ROLES.join(', ')}.`, `${at}.role`)
  return role
}

function remove(record: AccessRecord, { kind, email, teamId }: Grantee): void {
  if (kind === 'organization') record.organizationRole = null
  record.people = record.people.filter(person => kind !== 'person' || person.email !== email)
  record.teams = record.teams.filter(team => kind !== 'team' || team.teamId !== teamId)
}

function grant(record: AccessRecord, grantee: Grantee, role: string): void {
  remove(record, grantee)
  if (grantee.kind === 'organization') record.organizationRole = role
  if (grantee.kind === 'person') record.people.push({ email: grantee.email, role })
  if (grantee.kind === 'team') record.teams.push({ teamId: grantee.teamId, role })
}

/** Checks everything before it changes anything. What is not named stays. */
function changeAccess(call: Call, item: Item): ApiResponse {
  const { body, world } = call
  if (!mayChangeAccess(call, item))
    throw insufficientPermissions('Only its creator and editors change who may see it.')
  if (!['share', 'remove', 'link'].some(name => isSent(body, name)))
    throw badRequest('Send at least one of share, remove and link.')
  const gains = objectsField(body, 'share').map((entry, i) => ({
    grantee: granteeOf(entry, `share[${i}]`),
    role: roleOf(entry, `share[${i}]`),
  }))
  const losses = objectsField(body, 'remove').map((entry, i) => granteeOf(entry, `remove[${i}]`))
  const record = storedAccess(world.state, item.key)
  if (record.people.length + record.teams.length + gains.length > GRANTS_LIMIT)
    throw badRequest(`At most ${GRANTS_LIMIT} people and teams are allowed.`, 'share')
  const link = objectField(body, 'link')
  if (link.mode === 'password' && record.passwordHash === null)
    throw badRequest('Store a password before you protect the link with it.', 'link.mode')
  const before = new Set(record.people.map(person => person.email))
  for (const grantee of losses) remove(record, grantee)
  for (const { grantee, role } of gains) grant(record, grantee, role)
  if (link.mode === 'none' || link.mode === 'anyone' || link.mode === 'password') {
    record.link = link.mode
    record.linkRole = link.mode === 'none' ? null : roleOf(link, 'link')
  }
  const notified = gains
    .map(({ grantee }) => grantee.email)
    .filter(email => email !== '' && !before.has(email))
  return ok({ access: accessObject(call, item), notified: [...new Set(notified)] })
}

export const getArtifactAccess = (call: Call) => ok({ access: accessObject(call, artifactOf(call)) })
export const updateArtifactAccess = (call: Call) => changeAccess(call, artifactOf(call))
export const getSessionAccess = (call: Call) =>
  ok({ access: accessObject(call, sessionItem(findSession(call))) })
export const updateSessionAccess = (call: Call) => changeAccess(call, sessionItem(findSession(call)))
export const getSkillAccess = (call: Call) => ok({ access: accessObject(call, skillItem(findSkill(call))) })
export const updateSkillAccess = (call: Call) => changeAccess(call, skillItem(findSkill(call)))

/** Stores a hash of the password of the link. It protects nothing until the link's mode is `password`. */
export function updateArtifactPassword(call: Call): ApiResponse {
  const item = artifactOf(call)
  if (!mayChangeAccess(call, item))
    throw insufficientPermissions('Only its creator and editors set the password.')
  const password = textField(call.body, 'password') ?? ''
  storedAccess(call.world.state, item.key).passwordHash = passwordHash(item.key, password)
  return ok({ success: true })
}
