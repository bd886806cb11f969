/** Names that administrators choose for records: they are part of URLs, of secrets' names and of keys in the table. Pure. */

export const RECORD_NAME_PATTERN = '^[a-z0-9][a-z0-9_-]{0,62}$'

/** What a valid name is, to follow "name: …" in an error. */
export const RECORD_NAME_RULE =
  'must be 1 to 63 characters of a-z, 0-9, - and _, and start with a letter or a digit'

const PATTERN = new RegExp(RECORD_NAME_PATTERN)

export function isRecordName(text: string): boolean {
  return PATTERN.test(text)
}
