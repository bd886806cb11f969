/** Opens links on behalf of one request: within its deadline, trusting only what Gumloop's own address allows. */
import type { GumloopHosts } from '../gumloop/build-request.ts'
import { fetchLink, type LinkedFile } from '../gumloop/fetch-link.ts'
import { trustedOrigins } from '../gumloop/safe-url.ts'

/** How long a download may take, and the time that it leaves for using the file. */
const LINK_TIMEOUT_MS = 20_000
const LINK_MARGIN_MS = 2000

/** Opens a link that is not Gumloop's API; `gumloop/fetch-link.ts` says what it throws. */
export type OpenLink = (link: string, limits: { maxBytes: number }) => Promise<LinkedFile>

/** @param request its deadline in epoch ms, and the signal that its client has left. */
export function linkOpener(
  { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
  hosts: GumloopHosts,
): OpenLink {
  return (link, { maxBytes }) =>
    fetchLink(link, {
      trustedOrigins: trustedOrigins(hosts.baseUrl),
      maxBytes,
      timeoutMs: Math.max(0, Math.min(LINK_TIMEOUT_MS, deadlineMs - Date.now() - LINK_MARGIN_MS)),
      signal,
    })
}
