/** What Gumloop needs to authenticate a caller. Held in memory only; never logged, never part of an error. */
export interface GumloopCredentials {
  /** Personal or team API key. */
  apiKey: string
  /** Owner of a personal key, or the member that a team key acts as. */
  userId?: string
  /** The team of a team key; Gumloop also calls it project or workspace. */
  teamId?: string
}

/**
 * Where a key or an id has a character that no HTTP header can carry, in words that reveal nothing else of it:
 * `U+200B at character 13`. Copying from documents and chats adds such characters. Undefined where there is none.
 */
export function describeUnusableCharacter(text: string): string | undefined {
  const at = text.search(/[^\x21-\x7e]/)
  if (at < 0) return undefined
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return `U+${code} at character ${at + 1}`
}
