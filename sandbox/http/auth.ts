/** Authenticates the caller: the checks that Gumloop makes on the key, and the default user of a team key. */
import type { IncomingHttpHeaders } from 'node:http'
import { requireTeam } from '../agents/people.ts'
import type { Operation } from './description.ts'
import { ApiError } from './error-response.ts'
import { textOrNull } from './fields.ts'
import type { JsonObject } from './request-check.ts'

/** The groups of the legacy flow API, which take `user_id` or `project_id` in the query or the body. */
const FLOW_TAGS = ['Execution', 'Data Access', 'File Handling']
/** The user on whose behalf a team key acts when the request names no user. */
const DEFAULT_TEAM_USER = 'user_noor'

const unauthorized = (message: string) => new ApiError(401, 'invalid_token', message)

export type KeyKind = 'personal' | 'team' | 'oauth'

/** A key that starts with `team` or `oauth` is of that kind; every other one belongs to a person. */
export function keyKindOf(key: string): KeyKind {
  const [, kind] = /^(team|oauth)/i.exec(key) ?? []
  if (kind === undefined) return 'personal'
  return kind.toLowerCase() === 'team' ? 'team' : 'oauth'
}

/** @throws ApiError 401 for a missing key, and for one that starts with `bad`, which stands for an invalid key */
export function checkKey(headers: IncomingHttpHeaders): string {
  const [, key] = /^Bearer\s+(\S+)$/i.exec(headers.authorization?.trim() ?? '') ?? []
  if (key === undefined) throw unauthorized('Missing or malformed Authorization header. Send "Bearer <key>".')
  if (key.toLowerCase().startsWith('bad')) throw unauthorized('The API key is invalid.')
  return key
}

/**
 * The calling user. A personal key needs `x-auth-key`; a key that starts with `team` or `oauth`, or a request that
 * names a team, does not.
 * @throws ApiError 401 without a user, 400 on a flow endpoint without user and project, 403 for another user's id
 */
export function callingUser(
  operation: Operation,
  key: string,
  headers: IncomingHttpHeaders,
  query: JsonObject,
  body: JsonObject,
): string {
  const header = headers['x-auth-key']
  const headerUser = typeof header === 'string' && header !== '' ? header : null
  const fields = { ...query, ...body }
  if (FLOW_TAGS.includes(operation.tag)) {
    const user = textOrNull(fields, 'user_id')
    const project = textOrNull(fields, 'project_id')
    if (user === null && project === null) {
      throw new ApiError(400, 'invalid_request', 'Missing required parameter: user_id or project_id.')
    }
    if (project !== null) requireTeam(project)
    if (project === null && headerUser !== null && user !== headerUser) {
      throw new ApiError(403, 'permission_denied', 'The API key does not belong to this user_id.')
    }
    return user ?? headerUser ?? DEFAULT_TEAM_USER
  }
  if (headerUser !== null) return headerUser
  if (keyKindOf(key) !== 'personal' || textOrNull(fields, 'team_id') !== null) return DEFAULT_TEAM_USER
  throw unauthorized('A personal API key requires your user ID in the x-auth-key header.')
}
