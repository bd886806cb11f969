/**
 * Checks an account end to end: creates a connector that allows one tool, calls it through the connector's
 * URL (gateway, token check, secret, Gumloop), and revokes it. Administration may not read keys, so it cannot call
 * Gumloop itself.
 */
import type { AccountRecord } from '../../lambda/accounts/account.ts'
import type { ConnectorWithToken } from '../../lambda/admin/connector-admin.ts'
import { toTimestamp } from '../../lambda/shared/clock.ts'
import type { Api } from './api.ts'
import { CliFailure } from './cli-failure.ts'
import type { Finding } from './doctor-findings.ts'
import { callTool } from './mcp-probe.ts'

/** Every key may call it, and it changes nothing. */
const TOOL = 'list_all_gumloop_agents'
/** If this program is killed in between, the connector expires. */
const CONNECTOR_LIFETIME_MS = 5 * 60_000

/** Error code → how to fix it. */
const FIXES: Record<string, (account: string) => string> = {
  credentials_refused: account => `Store a new key: gumloop-mcp account put --account ${account}`,
  account_not_configured: account => `Store its key: gumloop-mcp account put --account ${account}`,
  forbidden: () => "Check the key's permissions and the plan in Gumloop.",
  insufficient_credits: () => 'Add credits in Gumloop.',
  rate_limited: () => "Gumloop's rate limit was reached. Try again in a minute.",
  upstream_unavailable: () =>
    'The server cannot reach Gumloop. Check status.gumloop.com and GUMLOOP_BASE_URL.',
  upstream_timeout: () => 'Gumloop does not respond in time. Check status.gumloop.com.',
}

/** Never throws: an error becomes the finding. */
export async function probeAccount({ id }: AccountRecord, api: Api, nowMs: number): Promise<Finding> {
  const about = `account ${id}`
  const path = `/integrated-account/${encodeURIComponent(id)}/mcp`
  let connector: ConnectorWithToken | undefined
  try {
    connector = await api.request<ConnectorWithToken>('POST', path, {
      name: 'doctor',
      config: { methods: [TOOL] },
      expires_at: toTimestamp(nowMs + CONNECTOR_LIFETIME_MS),
    })
    const startedMs = performance.now()
    const result = await callTool({ url: connector.url }, TOOL, { limit: 1 })
    if (result.isError !== true) {
      const tookMs = Math.round(performance.now() - startedMs)
      return { about, state: 'ok', says: `Gumloop accepts its key (round trip: ${tookMs} ms)` }
    }
    const { code, message } = errorOf(result)
    const fix = Object.hasOwn(FIXES, code) ? FIXES[code]?.(id) : undefined
    return { about, state: 'failed', says: `${code}: ${message}`, ...(fix === undefined ? {} : { fix }) }
  } catch (error) {
    const { message, nextStep } = error instanceof CliFailure ? error : new CliFailure(1, String(error))
    return { about, state: 'failed', says: message, ...(nextStep === undefined ? {} : { fix: nextStep }) }
  } finally {
    if (connector !== undefined) await api.request('DELETE', `${path}/${connector.id}`).catch(() => undefined)
  }
}

function errorOf(result: Record<string, unknown>): { code: string; message: string } {
  const structured = field(result, 'structuredContent')
  const error = field(structured, 'error')
  const [code, message] = [field(error, 'code'), field(error, 'message')]
  return {
    code: typeof code === 'string' ? code : 'unknown',
    message: typeof message === 'string' ? message : 'the call failed',
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
