/** Names of files on their way to Gumloop: refused where a caller can correct them, made harmless where one cannot. Pure. */
import { extensionOf } from './media-type.ts'

const MAX_CHARACTERS = 255

/**
 * Why `name` is no plain file name; undefined when it is one. A path could put the file elsewhere, a line break could
 * add a header to a multipart body.
 */
export function fileNameError(name: string): string | undefined {
  if (name.trim() === '') return 'must not be empty'
  if (name.length > MAX_CHARACTERS) return `must have at most ${MAX_CHARACTERS} characters`
  if (/[/\\]/.test(name) || name === '.' || name === '..') return 'must be a plain file name, without folders'
  if (/[\p{Cc}\u2028\u2029]/u.test(name) || !name.isWellFormed()) return 'must have no control characters'
  return undefined
}

/**
 * The name of a file of the chat: what the client told, else the end of its link, else a number.
 * @param link the file's URL.
 * @param position counts the files from 1.
 * @param extension with its dot, or empty: for a file without any name.
 */
export function chatFileName(
  told: string | undefined,
  link: string,
  position: number,
  extension: string,
): string {
  const path = URL.canParse(link) ? new URL(link).pathname : ''
  for (const candidate of [told ?? '', withExtension(decoded(path))]) {
    const name = (candidate.split(/[/\\]/).at(-1) ?? '')
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029]/gu, '')
      .trim()
    if (fileNameError(name) === undefined) return name
  }
  return `file-${position}${extension}`
}

/** The end of a link is a name only when it looks like one: storage keys are long and say nothing. */
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
