/** Errors for callers that may not do something. */
import { isGuest } from '../agents/people.ts'
import type { Call } from './call.ts'
import { ApiError } from './error-response.ts'

/** @throws ApiError 403 for a team key, where Gumloop wants a person's key or an OAuth token */
export function refuseTeamKey(call: Call, what: string): void {
  if (call.keyKind !== 'team') return
  throw new ApiError(403, 'insufficient_scope', `A team key cannot ${what}. Use a personal key or OAuth.`)
}

export function insufficientPermissions(message: string): ApiError {
  return new ApiError(403, 'insufficient_permissions', message)
}

/** @throws ApiError 403 for a caller whose role does not allow incognito agents */
export function requireIncognitoPermission(call: Call): void {
  if (!isGuest(call.userId)) return
  throw new ApiError(
    403,
    'organization_permission_required',
    'Your role does not allow incognito agents and sessions.',
  )
}
