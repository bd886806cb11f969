/** Who may open an artifact, a session or a skill. */
import { createHash } from 'node:crypto'
import { isGuest, personOf, teamIdsOf } from '../agents/people.ts'
import type { Call } from '../http/call.ts'
import type { AccessRecord } from '../state/access-state.ts'
import type { SandboxState, SessionRecord, SkillRecord } from '../state/state.ts'

/** Something that can be shared. */
export interface Item {
  /** `session/ses_…`. */
  key: string
  creatorId: string
}

export const sessionItem = (session: SessionRecord): Item => ({
  key: `session/${session.id}`,
  creatorId: session.creatorId,
})
export const artifactItem = (id: string, session: SessionRecord): Item => ({
  key: `artifact/${id}`,
  creatorId: session.creatorId,
})
export const skillItem = (skill: SkillRecord): Item => ({ key: `skill/${skill.id}`, creatorId: 'user_noor' })

/** The access of an item that nobody has shared. */
const untouched = (item: string): AccessRecord => ({
  item,
  people: [],
  teams: [],
  organizationRole: null,
  link: 'none',
  linkRole: null,
  passwordHash: null,
})

export function accessOf(state: SandboxState, key: string): AccessRecord {
  return state.access.find(record => record.item === key) ?? untouched(key)
}

/** The stored record of an item, made when it is missing. */
export function storedAccess(state: SandboxState, key: string): AccessRecord {
  const found = state.access.find(record => record.item === key)
  if (found !== undefined) return found
  const record = untouched(key)
  state.access.push(record)
  return record
}

/** The caller's roles on an item that come from sharing. */
function sharedRoles(call: Call, item: Item): string[] {
  const record = accessOf(call.world.state, item.key)
  const { email } = personOf(call.userId)
  const teamIds = teamIdsOf(call.userId)
  return [
    ...record.people.filter(person => person.email === email).map(person => person.role),
    ...record.teams.filter(team => teamIds.includes(team.teamId)).map(team => team.role),
    ...(record.organizationRole === null ? [] : [record.organizationRole]),
    ...(record.link === 'anyone' ? [record.linkRole ?? 'viewer'] : []),
  ]
}

/** Members of the workspace open everything; guests what they made and what is shared with them. */
export function mayOpen(call: Call, item: Item): boolean {
  return !isGuest(call.userId) || item.creatorId === call.userId || sharedRoles(call, item).length > 0
}

export function mayChangeAccess(call: Call, item: Item): boolean {
  return !isGuest(call.userId) || item.creatorId === call.userId || sharedRoles(call, item).includes('editor')
}

export function passwordHash(key: string, password: string): string {
  return createHash('sha256').update(`${key}|${password}`).digest('hex')
}
