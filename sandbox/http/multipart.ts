/** Parses `multipart/form-data` bodies (RFC 7578), to the extent that file uploads need. */
import type { MultipartPart } from './call.ts'
import { ApiError } from './error-response.ts'

function headerParameter(header: string, name: string): string | null {
  const match = new RegExp(`(?:^|[;\\s])${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(header)
  return match?.[1]?.replace(/\\(.)/g, '$1') ?? null
}

function parsePart(part: Buffer): MultipartPart | null {
  const split = part.indexOf('\r\n\r\n')
  if (split < 0) return null
  const headers = part.toString('utf8', 0, split).split('\r\n')
  const headerValue = (name: string) => {
    const line = headers.find(header => header.toLowerCase().startsWith(`${name}:`))
    return line?.slice(name.length + 1).trim() ?? ''
  }
  const disposition = headerValue('content-disposition')
  const name = headerParameter(disposition, 'name')
  if (name === null) return null
  const mediaType = headerValue('content-type')
  return {
    name,
    fileName: headerParameter(disposition, 'filename'),
    mediaType: mediaType === '' ? null : mediaType,
    bytes: part.subarray(split + 4),
  }
}

/**
 * @param contentType the whole header, including the boundary
 * @throws ApiError 400 when the body is not multipart
 */
export function parseMultipart(contentType: string, body: Buffer): MultipartPart[] {
  const [, quoted, bare] =
    /^multipart\/form-data\b.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined)
    throw new ApiError(400, 'invalid_request', 'A multipart/form-data body is required.')
  const mark = Buffer.from(`--${boundary}`)
  const parts: MultipartPart[] = []
  let start = body.indexOf(mark)
  while (start >= 0) {
    const contentAt = start + mark.length + 2 // the boundary's line end
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), contentAt - 2)
    if (next < 0) break
    const part = parsePart(body.subarray(contentAt, next))
    if (part !== null) parts.push(part)
    start = next + 2
  }
  return parts
}
