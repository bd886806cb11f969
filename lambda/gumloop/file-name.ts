/** Names of files sent to Gumloop: rejected where the caller can correct them, sanitized where it cannot. Pure. */
import { extensionOf } from './media-type.ts'

const MAX_FILE_NAME_CHARACTERS = 255

/**
 * Why `name` is not a plain file name; undefined if it is one. A path could store the file elsewhere, a line break
 * could add a header to a multipart body.
 */
export function fileNameError(name: string): string | undefined {
  if (name.trim() === '') return 'must not be empty'
  if (name.length > MAX_FILE_NAME_CHARACTERS)
    return `must have at most ${MAX_FILE_NAME_CHARACTERS} characters`
  if (/[/\\]/.test(name) || name === '.' || name === '..') return 'must be a plain file name, without folders'
  if (/[\p{Cc}\u2028\u2029]/u.test(name) || !name.isWellFormed()) return 'must have no control characters'
  return undefined
}

/**
 * The name of a chat file: the client's name for it, else the last segment of its link, else a number.
 * @param link the file's URL.
 * @param position of the file, from 1.
 * @param extension with its dot, or empty; used for a file without any name.
 */
export function chatFileName(
  clientName: string | undefined,
  link: string,
  position: number,
  extension: string,
): string {
  const path = URL.canParse(link) ? new URL(link).pathname : ''
  for (const candidate of [clientName ?? '', withExtension(decoded(path))]) {
    const name = (candidate.split(/[/\\]/).at(-1) ?? '')
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029]/gu, '')
      .trim()
    if (fileNameError(name) === undefined) return name
  }
  return `file-${position}${extension}`
}

/** The last segment of a link counts as a name only if it has an extension; storage keys do not. */
function withExtension(path: string): string {
  return extensionOf(path) === '' ? '' : path
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}
