/** Bodies that are compressed although nobody asked for it, as some proxies and storage services send them. */
import { AppError } from '../shared/errors.ts'

/**
 * The body as it was before it was compressed.
 * @param encoding the `Content-Encoding` header; several are undone in reverse order.
 * @param maxBytes a body that becomes larger is refused.
 * @returns undefined where it becomes larger.
 * @throws AppError `upstream_invalid` for another encoding, or a damaged body.
 */
export async function decompress(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const encodings = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
  const wanted = encodings.filter(name => name !== '' && name !== 'identity').toReversed()
  if (wanted.length === 0 || body.length === 0) return body
  if (wanted.length > MAX_ENCODINGS) throw unreadable('too many encodings')
  const zlib = await import('node:zlib') // almost no answer is compressed, and every cold start would load it
  const limit = { maxOutputLength: maxBytes }
  let bytes = body
  for (const name of wanted) {
    try {
      if (name === 'gzip' || name === 'x-gzip') bytes = zlib.gunzipSync(bytes, limit)
      else if (name === 'deflate')
        bytes = isZlib(bytes) ? zlib.inflateSync(bytes, limit) : zlib.inflateRawSync(bytes, limit)
      else if (name === 'br') bytes = zlib.brotliDecompressSync(bytes, limit)
      else throw unreadable(/^[\w.-]{1,20}$/.test(name) ? name : 'an unknown encoding')
    } catch (error) {
      if (error instanceof AppError) throw error
      if (error instanceof RangeError) return undefined // ERR_BUFFER_TOO_LARGE
      throw unreadable(`damaged ${name}`)
    }
  }
  return bytes
}

const MAX_ENCODINGS = 3

/** Whether `deflate` comes in its zlib wrapper (RFC 1950), as it should, or without. */
function isZlib(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0
}

function unreadable(what: string): AppError {
  return new AppError('upstream_invalid', `The response is compressed and cannot be read (${what}).`)
}
