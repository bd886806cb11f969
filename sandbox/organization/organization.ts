/** The organization: its members, roles and their credit limits. */
import { TEAMS } from '../agents/people.ts'
import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError } from '../http/error-response.ts'
import { textField, textOrNull } from '../http/fields.ts'
import { pageOf } from '../http/paging.ts'
import { ORGANIZATION } from '../seed/seed-organization.ts'
import type { RoleRecord } from '../state/organization-state.ts'
import { requireAdmin } from './organization-admin.ts'

const MEMBERS_LIMIT = 500
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

export function listOrganizations(): ApiResponse {
  return ok({ organizations: [ORGANIZATION] })
}

/** The e-mail address of a request that changes a membership. @throws ApiError 400 */
function memberIn(call: Call): string {
  const email = textField(call.body, 'user_email')?.trim().toLowerCase() ?? ''
  if (!EMAIL.test(email)) throw new ApiError(400, 'invalid_request', 'user_email must be an e-mail address.')
  return email
}

/** The members after a change. A repeat changes nothing. @throws ApiError 400 when there would be too many */
function changedMembers(members: string[], email: string, isAdded: boolean): string[] {
  const others = members.filter(member => member !== email)
  if (isAdded && others.length >= MEMBERS_LIMIT)
    throw new ApiError(400, 'invalid_request', `At most ${MEMBERS_LIMIT} members are allowed.`)
  return isAdded ? [...others, email] : others
}

export function manageProjectUsers(call: Call): ApiResponse {
  requireAdmin(call, textOrNull(call.body, 'organization_id'))
  const email = memberIn(call)
  const workspace = TEAMS.find(team => team.id === call.body.workspace_id)
  if (workspace === undefined) throw new ApiError(404, 'not_found', 'Workspace not found.')
  const { organization } = call.world.state
  const isAdded = call.body.action === 'add'
  const members = organization.workspaceMembers[workspace.id] ?? []
  organization.workspaceMembers[workspace.id] = changedMembers(members, email, isAdded)
  const what = isAdded ? 'added to' : 'removed from'
  return ok({ success: true, message: `${email} was ${what} ${workspace.name}.` })
}

/** @throws ApiError 404 */
function findRole(call: Call, id: string): RoleRecord {
  const role = call.world.state.organization.roles.find(entry => entry.id === id)
  if (role === undefined) throw new ApiError(404, 'not_found', `Role ${id} not found.`)
  return role
}

export function managePermissionGroupUsers(call: Call): ApiResponse {
  requireAdmin(call, textOrNull(call.body, 'organization_id'))
  const email = memberIn(call)
  const role = findRole(call, textField(call.body, 'group_id') ?? '')
  const isAdded = call.body.action === 'add'
  role.members = changedMembers(role.members, email, isAdded)
  const what = isAdded ? 'added to' : 'removed from'
  return ok({ success: true, message: `${email} was ${what} ${role.name}.` })
}

const roleObject = (role: RoleRecord) => ({
  role_id: role.id,
  role_name: role.name,
  is_default: role.isDefault,
  member_count: role.members.length,
  monthly_credit_limit: role.monthlyCreditLimit,
})

export function listRoleCreditLimits(call: Call): ApiResponse {
  requireAdmin(call, pathValue(call, 'organization_id'))
  const page = pageOf(call.world.state.organization.roles, 'role limits', call.query, role => role.id)
  return ok({ roles: page.entries.map(roleObject), next_cursor: page.nextCursor })
}

export function getRoleCreditLimit(call: Call): ApiResponse {
  requireAdmin(call, pathValue(call, 'organization_id'))
  return ok(roleObject(findRole(call, pathValue(call, 'role_id'))))
}

/** Null removes the limit. */
export function setRoleCreditLimit(call: Call): ApiResponse {
  requireAdmin(call, pathValue(call, 'organization_id'))
  const role = findRole(call, pathValue(call, 'role_id'))
  const limit = call.body.monthly_credit_limit
  role.monthlyCreditLimit = typeof limit === 'number' ? limit : null
  return ok(roleObject(role))
}
