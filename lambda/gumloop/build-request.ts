/**
 * A request plan and the flat arguments of a call → one HTTP request to Gumloop. Pure: nothing is sent.
 * Arguments have passed `check-arguments.ts`; path segments, which a schema cannot validate, are checked here.
 */
import type { AccountDefault, RequestPlan } from '../catalog/tool.ts'
import { AppError, type ValidationError } from '../shared/errors.ts'
import { toJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import type { GumloopCredentials } from './credentials.ts'
import { buildMultipart, isUploadFile } from './multipart.ts'

export type Arguments = Record<string, unknown>

export interface GumloopHosts {
  /** Full URL prefix of the API host, without a trailing slash. */
  baseUrl: string
  /** Full URL prefix of the streaming host, without a trailing slash. */
  streamBaseUrl: string
  /** Stands for this Gumloop in stored records, where its address is another one at each start; else `baseUrl` does. */
  recordsName?: string
}

export interface GumloopRequest {
  method: string
  url: string
  headers: Record<string, string>
  /** Absent where the operation documents no body. */
  body?: string | Buffer
}

/** Gumloop's ids are shorter. */
const MAX_SEGMENT_CHARACTERS = 512

/**
 * Builds the request. A field that the operation takes in both query and body goes to both. In a multipart body `files`
 * are `UploadFile`s, each a part of that name; every other field is a text part.
 * @param extraBody further top-level fields of a JSON body (the inputs of a flow); they never replace a field of the
 *   operation.
 * @throws AppError `invalid_arguments` when an id cannot be one path segment.
 */
export function buildRequest(
  plan: RequestPlan,
  args: Arguments,
  credentials: GumloopCredentials,
  hosts: GumloopHosts,
  extraBody: Arguments = {},
): GumloopRequest {
  const all = { ...accountDefaults(plan.accountDefaults, credentials), ...withoutUndefined(args) }
  const url = `${plan.host === 'stream' ? hosts.streamBaseUrl : hosts.baseUrl}${pathOf(plan, all)}${queryOf(plan, all, credentials)}`
  const headers: Record<string, string> = {
    accept: plan.answer === 'bytes' ? '*/*' : 'application/json',
    authorization: `Bearer ${credentials.apiKey}`,
    'user-agent': 'gumloop-mcp',
  }
  if (credentials.userId !== undefined) headers['x-auth-key'] = credentials.userId
  for (const name of plan.headerFields ?? [])
    if (typeof all[name] === 'string') headers[name.toLowerCase()] = all[name]
  if (plan.body === 'none') return { method: plan.method, url, headers }
  if (plan.body === 'multipart') {
    const { contentType, body } = multipartBody(pick(plan.bodyFields, all))
    headers['content-type'] = contentType
    return { method: plan.method, url, headers, body }
  }
  const body = toJson({ ...extraBody, ...pick(plan.bodyFields, all) })
  headers['content-type'] = 'application/json'
  return { method: plan.method, url, headers, body }
}

/** @throws Error for files that no handler has decoded into bytes, which is an internal error. */
function multipartBody({ files, ...fields }: Arguments) {
  if (!Array.isArray(files) || !files.every(isUploadFile))
    throw new Error('a multipart body needs its files as bytes')
  const texts = Object.entries(fields).filter(([, value]) => value !== null)
  return buildMultipart(
    texts.map(([name, value]) => [name, String(value)]),
    'files',
    files,
  )
}

/** The account's own ids for the fields that the operation takes. Gumloop has three names for its two ids. */
export function accountDefaults(
  names: readonly AccountDefault[],
  credentials: GumloopCredentials,
): Arguments {
  const values: Record<AccountDefault, string | undefined> = {
    user_id: credentials.userId,
    project_id: credentials.teamId,
    team_id: credentials.teamId,
  }
  return withoutUndefined(Object.fromEntries(names.map(name => [name, values[name]])))
}

function pathOf(plan: RequestPlan, args: Arguments): string {
  const errors: ValidationError[] = []
  const path = plan.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(args[name] ?? '')
    const error = segmentError(value)
    if (error) errors.push({ path: name, message: error })
    return encodeURIComponent(value.isWellFormed() ? value : '')
  })
  if (errors.length > 0) throw new AppError('invalid_arguments', 'Invalid id in the arguments.', { errors })
  return path
}

/**
 * Why `value` cannot be one path segment; undefined if it can. Rejected, not repaired: `a/../b` must never reach
 * another operation.
 */
export function segmentError(value: string): string | undefined {
  if (value === '') return 'must not be empty'
  if (value.length > MAX_SEGMENT_CHARACTERS) return `must have at most ${MAX_SEGMENT_CHARACTERS} characters`
  if (/^\.{1,2}$/.test(value)) return 'must be an id, not a relative path'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is rejected
  if (/[/\\%?#\u0000-\u001f\u007f]/.test(value) || !value.isWellFormed()) {
    return 'must be an id: no slash, backslash, percent sign, question mark, hash or control character'
  }
  return undefined
}

/**
 * The query. A team's key is checked against `team_id`, which Gumloop's own client therefore sends with every call to
 * the API host, whatever the operation documents (docs/decisions/0009-team-id-on-every-call.md), except where that client
 * leaves it out.
 */
function queryOf(plan: RequestPlan, args: Arguments, credentials: GumloopCredentials): string {
  const query = new URLSearchParams()
  for (const name of plan.queryFields) {
    const value = args[name]
    if (value === undefined || value === null) continue
    if (Array.isArray(value)) for (const item of value) query.append(name, String(item))
    else query.append(name, isObject(value) ? toJson(value) : String(value))
  }
  const team = args.team_id ?? args.project_id ?? credentials.teamId
  if (
    plan.host === 'api' &&
    plan.isUnscoped !== true &&
    credentials.teamId !== undefined &&
    !query.has('team_id')
  ) {
    query.append('team_id', String(team))
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

function pick(names: readonly string[], args: Arguments): Arguments {
  return Object.fromEntries(names.filter(name => args[name] !== undefined).map(name => [name, args[name]]))
}

function withoutUndefined(args: Arguments): Arguments {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined))
}
