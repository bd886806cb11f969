/** Who administers the organization. */
import { isGuest } from '../agents/people.ts'
import type { Call } from '../http/call.ts'
import { ApiError } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import { ORGANIZATION } from '../seed/seed-organization.ts'

/**
 * Guards the administration of the organization.
 * @throws ApiError 403 for a guest and for another user's id, 404 for another organization
 */
export function requireAdmin(call: Call, organizationId: string | null): void {
  if (organizationId !== null && organizationId !== ORGANIZATION.id)
    throw new ApiError(404, 'not_found', `Organization ${organizationId} not found.`)
  const named = textOrNull(call.query, 'user_id') ?? textOrNull(call.body, 'user_id')
  if (isGuest(call.userId) || (named !== null && named !== call.userId))
    throw new ApiError(
      403,
      'organization_permission_required',
      'Only admins of the organization may do this.',
    )
}
