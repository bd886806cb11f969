/** Bytes that should be UTF-8. Pure. */
import { isUtf8 } from 'node:buffer'

/** The text without its byte order mark; undefined where the bytes are not valid UTF-8. */
export function utf8Text(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return undefined
  const text = bytes.toString('utf8')
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
