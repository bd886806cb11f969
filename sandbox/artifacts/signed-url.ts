/** Download links in the format of Google Cloud Storage's V4 signed URLs, signed with the sandbox's own key. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { World } from '../http/call.ts'

const CREDENTIAL = 'downloads@gumloop-sandbox.iam.gserviceaccount.com'

/** `20261122T150405Z` */
function compactTime(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z')
    .replace(/[-:]/g, '')
}

function parseCompactTime(text: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
}

/** 256 bytes in hex, the length of Google's RSA signatures. */
function signature(seed: string, path: string, parameters: URLSearchParams): string {
  const sorted = [...parameters]
    .filter(([name]) => name !== 'X-Goog-Signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const block = (n: number) =>
    createHmac('sha512', `sandbox signing key|${seed}`)
      .update(JSON.stringify([n, path, sorted]))
      .digest()
  return Buffer.concat([0, 1, 2, 3].map(block)).toString('hex')
}

/**
 * @param path from the root, percent-encoded
 * @returns a full URL that works without credentials until it expires
 */
export function signUrl(world: World, path: string, nowMs: number): string {
  const time = compactTime(nowMs)
  const parameters = new URLSearchParams({
    'X-Goog-Algorithm': 'GOOG4-RSA-SHA256',
    'X-Goog-Credential': `${CREDENTIAL}/${time.slice(0, 8)}/auto/storage/goog4_request`,
    'X-Goog-Date': time,
    'X-Goog-Expires': String(world.signedUrlLifetimeSeconds),
    'X-Goog-SignedHeaders': 'host',
  })
  parameters.set('X-Goog-Signature', signature(world.state.seed, path, parameters))
  return `${world.publicUrl}${path}?${parameters}`
}

export type LinkState = 'valid' | 'malformed' | 'tampered' | 'expired'

/** Verifies the signature and the expiry of a signed link. */
export function checkSignedUrl(
  seed: string,
  path: string,
  parameters: URLSearchParams,
  nowMs: number,
): LinkState {
  const signedAtMs = parseCompactTime(parameters.get('X-Goog-Date') ?? '')
  const lifetimeSeconds = Number(parameters.get('X-Goog-Expires') ?? Number.NaN)
  const actual = Buffer.from(parameters.get('X-Goog-Signature') ?? '', 'utf8')
  if (Number.isNaN(signedAtMs) || !(lifetimeSeconds > 0) || actual.length === 0) return 'malformed'
  const expected = Buffer.from(signature(seed, path, parameters), 'utf8')
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return 'tampered'
  return nowMs >= signedAtMs + lifetimeSeconds * 1_000 ? 'expired' : 'valid'
}
