/** Who calls: the checks Gumloop makes on the key, and the stand-in user of a team key. */
import type { IncomingHttpHeaders } from 'node:http'
import { requireTeam } from '../agents/people.ts'
import type { Operation } from './description.ts'
import { Refusal } from './error-response.ts'
import { textOrNull } from './fields.ts'
import type { JsonObject } from './request-check.ts'

/** The flow-era groups, which carry `user_id` or `project_id` in query or body. */
const FLOW_TAGS = ['Execution', 'Data Access', 'File Handling']
/** Acts for the team when no user is named. */
const TEAM_STAND_IN = 'user_noor'

const unauthorized = (message: string) => new Refusal(401, 'invalid_token', message)

/** @throws Refusal 401 for a missing key or one that starts with `bad` (the sandbox's way to try a refused key) */
export function checkKey(headers: IncomingHttpHeaders): string {
  const [, key] = /^Bearer\s+(\S+)$/i.exec(headers.authorization?.trim() ?? '') ?? []
  if (key === undefined) throw unauthorized('Missing or malformed Authorization header; send "Bearer <key>".')
  if (key.toLowerCase().startsWith('bad')) throw unauthorized('The API key is not valid.')
  return key
}

/**
 * The calling user. A personal key needs `x-auth-key`; a key that starts with `team` or `oauth`, or a request that
 * names a team, does not.
 * @throws Refusal 401 without a user, 400 on a flow endpoint that names neither user nor project, 403 for another's user id
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
      throw new Refusal(400, 'invalid_request', 'Missing required parameter: user_id or project_id.')
    }
    if (project !== null) requireTeam(project)
    if (project === null && headerUser !== null && user !== headerUser) {
      throw new Refusal(403, 'permission_denied', 'The API key does not belong to this user_id.')
    }
    return user ?? headerUser ?? TEAM_STAND_IN
  }
  if (headerUser !== null) return headerUser
  if (/^(team|oauth)/i.test(key) || textOrNull(fields, 'team_id') !== null) return TEAM_STAND_IN
  throw unauthorized('A personal API key needs your user id in the x-auth-key header.')
}
