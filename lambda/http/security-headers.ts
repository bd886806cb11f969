/**
 * Security headers of every response. URLs contain tokens, so no response is cached, sniffed or named in a referrer.
 */

/** Of every response, whatever its content. */
const COMMON_SECURITY_HEADERS = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Of the MCP endpoint. */
export const MCP_SECURITY_HEADERS = { ...COMMON_SECURITY_HEADERS, 'cache-control': 'no-store' }

/** Of the admin API. */
export const ADMIN_SECURITY_HEADERS = { ...COMMON_SECURITY_HEADERS, 'cache-control': 'no-store' }

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** Of the web console and its assets, which set their own `cache-control`. */
export const CONSOLE_SECURITY_HEADERS = {
  ...COMMON_SECURITY_HEADERS,
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)',
  'x-frame-options': 'DENY',
}
