/** The kind of a file: by its declared media type, its name, or its first bytes. Pure. */

/** Extensions that people attach, and that Gumloop's flows and its Brain accept. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  gif: 'image/gif',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  log: 'text/plain',
  md: 'text/markdown',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  rtf: 'application/rtf',
  skill: 'application/zip',
  svg: 'image/svg+xml',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  wav: 'audio/wav',
  webp: 'image/webp',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
}
/** Says nothing about the file. */
export const ANY_BYTES = 'application/octet-stream'

/** Extension in lower case without its dot; empty when there is none. */
export function extensionOf(fileName: string): string {
  return /[^/\\]\.([a-z0-9]{1,10})$/i.exec(fileName)?.[1]?.toLowerCase() ?? ''
}

/** The media type for a file name; `application/octet-stream` if none is known. */
export function mediaTypeOf(fileName: string): string {
  const extension = extensionOf(fileName)
  return (Object.hasOwn(BY_EXTENSION, extension) && BY_EXTENSION[extension]) || ANY_BYTES
}

/** An extension with its dot for a media type; empty when none is known. */
export function extensionFor(mediaType: string): string {
  const found = Object.entries(BY_EXTENSION).find(([, type]) => type === mediaType)
  return found ? `.${found[0]}` : ''
}

/** Whether a text is valid in a `Content-Type` header: type, subtype, plain parameters. */
export function isMediaType(text: string): boolean {
  return text.length <= 200 && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+( *; *[\w-]+=[\w.:+-]+)*$/.test(text)
}

/** The media type in a `Content-Type` header, without its parameters, in lower case; null where there is none. */
export function declaredMediaType(header: string | undefined): string | null {
  const type = (header ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  return isMediaType(type) ? type : null
}

/** The charset in a `Content-Type` header, in lower case; null where there is none. */
export function declaredCharset(header: string | undefined): string | null {
  return /;\s*charset\s*=\s*["']?([\w.:+-]{1,40})/i.exec(header ?? '')?.[1]?.toLowerCase() ?? null
}

/** How a file can be shown to a model. `unknown`: only its bytes can tell. */
export type FileKind = 'text' | 'image' | 'binary' | 'unknown'

const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
const TEXT_APPLICATIONS =
  /^application\/(json|xml|yaml|x-yaml|csv|javascript|ecmascript|typescript|x-ndjson|ndjson|jsonl|sql|toml|graphql|x-sh|xhtml\+xml)$/

/** By the declared type, or by the name where none is declared. */
export function kindOf(mediaType: string | null, fileName: string | null): FileKind {
  const declared = declaredMediaType(mediaType ?? undefined)
  const type = declared === null || declared === ANY_BYTES ? mediaTypeOf(fileName ?? '') : declared
  if (IMAGES.includes(type)) return 'image'
  if (/^(text|message)\//.test(type) || /\+(json|xml|yaml)$/.test(type) || TEXT_APPLICATIONS.test(type))
    return 'text'
  if (/^(audio|video|font|image|model)\//.test(type)) return 'binary'
  return type !== ANY_BYTES && Object.values(BY_EXTENSION).includes(type) ? 'binary' : 'unknown'
}

/** The image type according to the first bytes, among those that models accept; undefined for anything else. */
export function imageTypeOf(bytes: Buffer): string | undefined {
  const starts = (signature: string) => bytes.toString('latin1', 0, signature.length) === signature
  if (starts('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (starts('\xff\xd8\xff')) return 'image/jpeg'
  if (starts('GIF87a') || starts('GIF89a')) return 'image/gif'
  if (starts('RIFF') && bytes.toString('latin1', 8, 12) === 'WEBP') return 'image/webp'
  return undefined
}
