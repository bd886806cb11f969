/** Whether a request to the local server came through a proxy or a tunnel: such a one can set any Host header. Pure. */

/**
 * How the names of headers begin that proxies and tunnels add, and clients on this machine do not: the standard's, the
 * usual ones, and those of Cloudflare, ngrok, Tailscale, Fly, Fastly, Azure and Envoy.
 */
const FORWARDING_HEADERS = [
  'forwarded',
  'via',
  'x-forwarded',
  'x-original-',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'client-ip',
  'cdn-loop',
  'cf-',
  'ngrok-',
  'x-ngrok-',
  'tailscale-',
  'x-tailscale-',
  'fly-',
  'fastly-',
  'x-azure-',
  'x-arr-',
  'x-envoy-',
  'x-github-request-id',
  'x-tunnel-',
  'x-ms-',
]

/** `headers` have lower-case names. */
export function isForwarded(headers: Record<string, string>): boolean {
  return Object.keys(headers).some(name => FORWARDING_HEADERS.some(start => name.startsWith(start)))
}
