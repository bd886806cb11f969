/**
 * Whether an account works from end to end: a connector is made that may do one thing, that thing is done through its
 * URL (gateway, token check, secret, Gumloop), and it is revoked. Administration may not read keys, so it cannot ask
 * Gumloop itself.
 */
import type { AccountRecord } from '../../lambda/accounts/account.ts'
import type { ConnectorWithToken } from '../../lambda/admin/connector-admin.ts'
import { toTimestamp } from '../../lambda/shared/clock.ts'
import type { Api } from './api.ts'
import { CliFailure } from './cli-failure.ts'
import type { Finding } from './doctor-findings.ts'
import { callTool } from './mcp-probe.ts'

/** Every key may list agents, and it changes nothing. */
const TOOL = 'list_all_gumloop_agents'
/** Should this program be killed in between, the connector ends by itself. */
const LIVES_MS = 5 * 60_000

/** Code of the failure → what to do. */
const FIXES: Record<string, (account: string) => string> = {
  credentials_refused: account => `Store a new key: gumloop-mcp account put --account ${account}`,
  account_not_configured: account => `Store its key: gumloop-mcp account put --account ${account}`,
  forbidden: () => "Look at the key's rights and the plan in Gumloop.",
  insufficient_credits: () => 'Gumloop says that there are no credits left.',
  rate_limited: () => 'Gumloop limits the rate: try again in a minute.',
  upstream_unavailable: () =>
    'Gumloop cannot be reached from the server: look at status.gumloop.com and GUMLOOP_BASE_URL.',
  upstream_timeout: () => 'Gumloop does not answer in time: look at status.gumloop.com.',
}

/** Never throws: what went wrong is the finding. */
export async function probeAccount({ id }: AccountRecord, api: Api, nowMs: number): Promise<Finding> {
  const about = `account ${id}`
  const path = `/integrated-account/${encodeURIComponent(id)}/mcp`
  let connector: ConnectorWithToken | undefined
  try {
    connector = await api.ask<ConnectorWithToken>('POST', path, {
      name: 'doctor',
      config: { methods: [TOOL] },
      expires_at: toTimestamp(nowMs + LIVES_MS),
    })
    const startedMs = performance.now()
    const result = await callTool({ url: connector.url }, TOOL, { limit: 1 })
    if (result.isError !== true) {
      const tookMs = Math.round(performance.now() - startedMs)
      return { about, state: 'ok', says: `Gumloop takes its key (${tookMs} ms from here and back)` }
    }
    const { code, message } = errorOf(result)
    const fix = Object.hasOwn(FIXES, code) ? FIXES[code]?.(id) : undefined
    return { about, state: 'failed', says: `${code}: ${message}`, ...(fix === undefined ? {} : { fix }) }
  } catch (error) {
    const { message, nextStep } = error instanceof CliFailure ? error : new CliFailure(1, String(error))
    return { about, state: 'failed', says: message, ...(nextStep === undefined ? {} : { fix: nextStep }) }
  } finally {
    if (connector !== undefined) await api.ask('DELETE', `${path}/${connector.id}`).catch(() => undefined)
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
