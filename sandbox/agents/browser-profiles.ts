/** Browser profiles: sign-ins that agents use. Only sites and numbers of cookies are stored, never a cookie's value. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { badRequest, notFound } from '../http/error-response.ts'
import { objectsField, textField, textOrNull } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { timestamp } from '../http/timestamp.ts'
import type { BrowserProfileRecord } from '../state/state.ts'
import { requireTeam } from './people.ts'

const PROFILES_LIMIT = 100
const COOKIES_LIMIT = 5_000
const SITES_LIMIT = 500
const BYTES_PER_COOKIE = 120

function profileObject(profile: BrowserProfileRecord) {
  const cookies = profile.sites.reduce((sum, site) => sum + site.cookieCount, 0)
  return {
    profile_id: profile.id,
    owner_id: profile.ownerId,
    owner_scope: profile.ownerScope,
    name: profile.name,
    is_default: profile.isDefault,
    version: profile.version,
    sites: profile.sites.map(site => ({
      domain: site.domain,
      cookie_count: site.cookieCount,
      updated_ts: timestamp(site.updatedAtMs),
    })),
    size_bytes: cookies * BYTES_PER_COOKIE,
    has_storage: false,
    created_by_user_id: profile.ownerScope === 'personal' ? profile.ownerId : null,
    created_ts: timestamp(profile.createdAtMs),
    updated_ts: timestamp(profile.updatedAtMs),
    last_used_ts: null,
  }
}

function addProfile(
  call: Call,
  ownerId: string,
  ownerScope: BrowserProfileRecord['ownerScope'],
  name: string,
): BrowserProfileRecord {
  const { browserProfiles } = call.world.state
  if (browserProfiles.length >= PROFILES_LIMIT)
    throw badRequest(`The sandbox stores at most ${PROFILES_LIMIT} browser profiles.`)
  const profile: BrowserProfileRecord = {
    id: nextId(call.world.state, 'bp_'),
    ownerId,
    ownerScope,
    name,
    isDefault: !browserProfiles.some(other => other.ownerId === ownerId),
    version: 1,
    sites: [],
    createdAtMs: call.nowMs,
    updatedAtMs: call.nowMs,
  }
  browserProfiles.push(profile)
  return profile
}

/** The caller's profile with the id of the path; `default` is the default one. @throws ApiError 404 */
function findOwn(call: Call, ownerId = call.userId): BrowserProfileRecord {
  const id = pathValue(call, 'profile_id')
  const found = call.world.state.browserProfiles.find(
    profile => profile.ownerId === ownerId && (profile.id === id || (id === 'default' && profile.isDefault)),
  )
  if (found === undefined) throw notFound('browser profile', id)
  return found
}

/** The caller's, or those of a team. */
export function listBrowserProfiles(call: Call): ApiResponse {
  const teamId = textOrNull(call.query, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  const owned = call.world.state.browserProfiles.filter(
    profile => profile.ownerId === (teamId ?? call.userId),
  )
  return ok({ profiles: owned.map(profileObject) })
}

export function createBrowserProfile(call: Call): ApiResponse {
  return ok(profileObject(addProfile(call, call.userId, 'personal', nameIn(call))))
}

function nameIn(call: Call): string {
  const name = textOrNull(call.body, 'name')
  if (name === null) throw badRequest('name must not be blank.', 'name')
  return name
}

export function getBrowserProfile(call: Call): ApiResponse {
  return ok(profileObject(findOwn(call)))
}

export function updateBrowserProfile(call: Call): ApiResponse {
  const profile = findOwn(call)
  const { body } = call
  if (body.name === undefined && body.is_default === undefined)
    throw badRequest('Send name or is_default.', 'name')
  if (body.name !== undefined) profile.name = nameIn(call)
  if (body.is_default === true) {
    for (const other of call.world.state.browserProfiles) {
      if (other.ownerId === profile.ownerId) other.isDefault = other === profile
    }
  }
  profile.version += 1
  profile.updatedAtMs = call.nowMs
  return ok(profileObject(profile))
}

export function deleteBrowserProfile(call: Call): ApiResponse {
  const profile = findOwn(call)
  const { state } = call.world
  state.browserProfiles = state.browserProfiles.filter(other => other !== profile)
  return ok({ status: 'success' })
}

/** The site that a cookie belongs to: its domain without the leading dot. */
const domainOf = (cookie: Record<string, unknown>) => textField(cookie, 'domain')?.replace(/^\./, '') ?? null

/** Counts the cookies of each site; with `url`, only those of that site. `default` is made on first use. */
export function importBrowserProfileCookies(call: Call): ApiResponse {
  const { body, nowMs } = call
  const teamId = textOrNull(body, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  const url = textOrNull(body, 'url')
  if (url !== null && !URL.canParse(url)) throw badRequest('url must be a URL.', 'url')
  const cookies = objectsField(body, 'cookies')
  if (cookies.length === 0 || cookies.length > COOKIES_LIMIT)
    throw badRequest(`Send 1 to ${COOKIES_LIMIT} cookies.`, 'cookies')
  const host = url === null ? null : new URL(url).hostname
  const domains = cookies.map(domainOf)
  const counts = new Map<string, number>()
  for (const domain of domains) {
    const fits = domain !== null && (host === null || host === domain || host.endsWith(`.${domain}`))
    if (fits) counts.set(domain, (counts.get(domain) ?? 0) + 1)
  }
  const owner = teamId ?? call.userId
  const isFirst =
    pathValue(call, 'profile_id') === 'default' &&
    !call.world.state.browserProfiles.some(p => p.ownerId === owner)
  const profile = isFirst
    ? addProfile(call, owner, teamId === null ? 'personal' : 'team', 'Default')
    : findOwn(call, owner)
  const untouched = profile.sites.filter(site => !counts.has(site.domain))
  const fresh = [...counts].map(([domain, cookieCount]) => ({ domain, cookieCount, updatedAtMs: nowMs }))
  if (untouched.length + fresh.length > SITES_LIMIT)
    throw badRequest(`A profile holds at most ${SITES_LIMIT} sites.`, 'cookies')
  profile.sites = [...untouched, ...fresh]
  profile.version += 1
  profile.updatedAtMs = nowMs
  const imported = fresh.reduce((sum, site) => sum + site.cookieCount, 0)
  return ok({
    profile: profileObject(profile),
    imported: {
      site: host,
      cookie_count: imported,
      skipped: cookies.length - imported,
      sites: fresh.map(site => site.domain),
    },
  })
}
