/**
 * AWS Signature Version 4 for the one kind of request that this server signs: a POST with a JSON body to the root of a
 * service. The day's key is derived once; deriving it takes four of the five HMACs of a signature.
 */
import crypto from 'node:crypto'

export interface AwsCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export interface UnsignedRequest {
  /** Host, with the port unless it is the scheme's own. */
  host: string
  /** As it is sent, percent-encoded. */
  path: string
  service: string
  region: string
  contentType: string
  /** `x-amz-target`. */
  target: string
  body: string
}

/** The headers to send with the request: those of the signature, and the signature itself. */
export function signRequest(
  { host, path, service, region, contentType, target, body }: UnsignedRequest,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  nowMs: number,
): Record<string, string> {
  // `2026-01-31T12:34:56.789Z` as `20260131T123456Z`.
  const iso = new Date(nowMs).toISOString()
  const day = iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10)
  const time = `${day}T${iso.slice(11, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
  const hasToken = sessionToken !== undefined
  const signedHeaders = hasToken
    ? 'content-type;host;x-amz-date;x-amz-security-token;x-amz-target'
    : 'content-type;host;x-amz-date;x-amz-target'
  const tokenLine = hasToken ? `x-amz-security-token:${sessionToken}\n` : ''
  const canonical =
    `POST\n${canonicalPath(path)}\n\ncontent-type:${contentType}\nhost:${host}\nx-amz-date:${time}\n` +
    `${tokenLine}x-amz-target:${target}\n\n${signedHeaders}\n${sha256(body)}`
  const scope = `${day}/${region}/${service}/aws4_request`
  const signature = crypto
    .createHmac('sha256', signingKey(secretAccessKey, day, region, service))
    .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`)
    .digest('hex')
  return {
    host,
    'content-type': contentType,
    'x-amz-date': time,
    ...(hasToken && { 'x-amz-security-token': sessionToken }),
    'x-amz-target': target,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  }
}

/** Every segment is encoded once more, as the signature of every service but S3 requires. */
function canonicalPath(path: string): string {
  return path === '/' ? path : path.split('/').map(encode).join('/')
}

/** RFC 3986: also the characters that `encodeURIComponent` leaves. */
function encode(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const MAX_KEYS = 16
const keys = new Map<string, Buffer>()

/** A key depends on the secret and the day, so that renewed credentials and a new day never meet an old one. */
function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  const name = `${day}/${region}/${service}/${secret}`
  const known = keys.get(name)
  if (known !== undefined) return known
  let key: Buffer | string = `AWS4${secret}`
  for (const part of [day, region, service, 'aws4_request'])
    key = crypto.createHmac('sha256', key).update(part).digest()
  if (keys.size >= MAX_KEYS) keys.clear()
  keys.set(name, Buffer.from(key))
  return Buffer.from(key)
}

function sha256(text: string): string {
  return crypto.createHash('sha256').update(text).digest('hex')
}
