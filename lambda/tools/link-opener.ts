/** Opens links on behalf of one request: within its deadline, with the exemptions that Gumloop's own address gives. */
import type { GumloopHosts } from '../gumloop/build-request.ts'
import { fetchLink } from '../gumloop/fetch-link.ts'
import { trustedOrigins } from '../gumloop/safe-url.ts'
import type { ToolCall } from './tool-call.ts'

/** A file behind a link has this long, and leaves this much of the request for what is done with it. */
const LINK_TIMEOUT_MS = 20_000
const LINK_MARGIN_MS = 2000

/** @param request its deadline in epoch ms, and the signal that its client has left. */
export function linkOpener(
  { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
  { hosts }: { hosts: GumloopHosts },
): ToolCall['openLink'] {
  return (link, { source, maxBytes }) =>
    fetchLink(link, {
      trustedOrigins: trustedOrigins(hosts.baseUrl, source),
      maxBytes,
      timeoutMs: Math.max(0, Math.min(LINK_TIMEOUT_MS, deadlineMs - Date.now() - LINK_MARGIN_MS)),
      signal,
    })
}
