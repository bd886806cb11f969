/** Client of the admin API. */
import type { AccountRecord } from '../lambda/accounts/account.ts'
import type { CallRecord } from '../lambda/admin/call-log.ts'
import type { CatalogView } from '../lambda/admin/catalog-view.ts'
import type { ConnectorRefresh, ConnectorWithToken } from '../lambda/admin/connector-admin.ts'
import type { ConnectorRecord } from '../lambda/connectors/connector.ts'
import type { ToolGroupRecord } from '../lambda/connectors/tool-group.ts'
import { ApiFailure, failureOf } from './api-failure.ts'
import type { ConnectorInput } from './connector-draft.ts'

/** A connector and its version, for a change that is based on it. */
export interface Versioned {
  record: ConnectorRecord
  etag: string
}

interface Page<T> {
  result: T[]
  next_cursor: string | null
}

export interface Api {
  accounts(): Promise<AccountRecord[]>
  catalog(): Promise<CatalogView>
  groups(account: string): Promise<ToolGroupRecord[]>
  connectors(account: string): Promise<ConnectorRecord[]>
  connector(account: string, id: string): Promise<Versioned>
  create(account: string, input: ConnectorInput): Promise<ConnectorWithToken>
  update(at: Versioned, change: Partial<ConnectorInput> & { disabled?: boolean }): Promise<Versioned>
  rotate(record: ConnectorRecord, graceSeconds: number): Promise<ConnectorWithToken>
  refresh(record: ConnectorRecord, preview: boolean): Promise<ConnectorRefresh>
  revoke(record: ConnectorRecord): Promise<ConnectorRecord>
  calls(account: string, id: string): Promise<CallRecord[]>
}

const PAGE_LIMIT = 100
/** Enough for an account that people browse; for larger ones, use the command line. */
const PAGES_LIMIT = 10
const CALLS_SHOWN = 25

/** The API on this page's origin, with this token. Every method throws `ApiFailure`; `onUnauthorized` is called when the token is no longer valid. */
export function createApi(token: string, onUnauthorized: () => void): Api {
  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    let response: Response
    try {
      response = await fetch(apiUrl(path), {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch {
      throw new ApiFailure('unreachable', 'The server cannot be reached. Check that it is running.')
    }
    const answer: unknown = await response.json().catch(() => undefined)
    if (response.status === 401) onUnauthorized()
    if (!response.ok) throw failureOf(response.status, answer)
    return { answer, etag: response.headers.get('etag') ?? '' }
  }

  /** Page and server come from one build, so a response has the server's own types. */
  async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await send(method, path, body)).answer as T
  }

  async function list<T>(path: string): Promise<T[]> {
    const entries: T[] = []
    let cursor: string | null = null
    for (let pages = 0; pages < PAGES_LIMIT; pages++) {
      const query = new URLSearchParams({
        limit: String(PAGE_LIMIT),
        ...(cursor === null ? {} : { next_cursor: cursor }),
      })
      const page: Page<T> = await request('GET', `${path}?${query}`)
      entries.push(...page.result)
      cursor = page.next_cursor
      if (cursor === null) break
    }
    return entries
  }

  const mcp = (account: string, id?: string) =>
    `/integrated-account/${encodeURIComponent(account)}/mcp${id === undefined ? '' : `/${encodeURIComponent(id)}`}`
  const at = ({ account_id, id }: ConnectorRecord) => mcp(account_id, id)

  return {
    accounts: () => list('/accounts'),
    catalog: () => request('GET', '/catalog'),
    groups: account => list(`/accounts/${encodeURIComponent(account)}/tool-groups`),
    connectors: account => list(mcp(account)),
    async connector(account, id) {
      const { answer, etag } = await send('GET', mcp(account, id))
      return { record: answer as ConnectorRecord, etag } // see `request`
    },
    create: (account, input) => request('POST', mcp(account), input),
    async update({ record, etag }, change) {
      const sent = await send('PATCH', at(record), change, { 'if-match': etag })
      return { record: sent.answer as ConnectorRecord, etag: sent.etag } // see `request`
    },
    rotate: (record, graceSeconds) =>
      request('POST', `${at(record)}/rotate`, { grace_seconds: graceSeconds }),
    refresh: (record, preview) => request('POST', `${at(record)}/refresh`, { preview }),
    revoke: record => request('DELETE', at(record)),
    async calls(account, id) {
      const page: Page<CallRecord> = await request('GET', `${mcp(account, id)}/calls?limit=${CALLS_SHOWN}`)
      return page.result
    },
  }
}

/** The API has the same path prefix as the page, if the gateway adds one. */
function apiUrl(path: string): string {
  return `${location.pathname.replace(/\/console\/?$/, '')}${path}`
}
