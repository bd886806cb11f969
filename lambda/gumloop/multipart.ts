/** Form fields and files → a `multipart/form-data` body (RFC 7578). Pure: the same parts make the same bytes. */
import { createHash } from 'node:crypto'

export interface UploadFile {
  /** Has passed `fileNameError`. */
  fileName: string
  /** Has passed `isMediaType`; sent with every part, since some parsers require it. */
  mediaType: string
  bytes: Buffer
}

export function isUploadFile(value: unknown): value is UploadFile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'bytes' in value &&
    Buffer.isBuffer(value.bytes) &&
    'fileName' in value &&
    typeof value.fileName === 'string' &&
    'mediaType' in value &&
    typeof value.mediaType === 'string'
  )
}

export interface MultipartBody {
  contentType: string
  body: Buffer
}

/**
 * @param fields text parts, in this order, before the files.
 * @param files each a part named `fileField`, as lists of files are sent.
 */
export function buildMultipart(
  fields: readonly (readonly [name: string, value: string])[],
  fileField: string,
  files: readonly UploadFile[],
): MultipartBody {
  const parts = [
    ...fields.map(([name, value]) => ({
      head: `content-disposition: form-data; name="${quoted(name)}"\r\n\r\n`,
      bytes: Buffer.from(value),
    })),
    ...files.map(({ fileName, mediaType, bytes }) => ({
      head: `content-disposition: form-data; name="${quoted(fileField)}"; filename="${quoted(fileName)}"\r\ncontent-type: ${mediaType.replace(/[\r\n]/g, '')}\r\n\r\n`,
      bytes,
    })),
  ]
  // A hash of the contents: nobody can write a file's own hash into it, so no file can contain the boundary.
  const hash = createHash('sha256')
  for (const { head, bytes } of parts) hash.update(head).update(bytes)
  const boundary = `gumloop-mcp-${hash.digest('hex').slice(0, 48)}`
  const chunks = parts.flatMap(({ head, bytes }) => [
    Buffer.from(`--${boundary}\r\n${head}`),
    bytes,
    Buffer.from('\r\n'),
  ])
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

/** As browsers do (WHATWG form submission): plain UTF-8, with line breaks and quotes percent-encoded. */
function quoted(value: string): string {
  return value.toWellFormed().replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22')
}
