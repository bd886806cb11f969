/** Takes secrets out of texts that are about to be logged or printed. */

/** Secret values that this process holds, such as Gumloop keys, newest last. Their shape is not known, so their text is. */
const knownSecrets = new Set<string>()
/** More accounts than one environment serves between two cold starts; beyond it the oldest value is dropped. */
const MAX_KNOWN_SECRETS = 1000
/** A shorter value would take ordinary words out of the log. */
const MIN_SECRET_CHARACTERS = 8

/**
 * Shapes that never leave the process in a log. None begins with `\b`: in JSON a line break is written `\n`, whose `n`
 * would join the word. Each is linear: no two of its repetitions can match the same character.
 */
const SECRET_SHAPES: [RegExp, string][] = [
  [/(gmcp|gapi)_[A-Za-z0-9]{1,64}_[A-Za-z0-9_-]{8,}/g, '$1_[redacted]'],
  [/(Bearer|Basic)\s+[^\s"',;\\]+/gi, '$1 [redacted]'],
  // A URL can carry a secret in its query (signed links) or in its path (webhooks): the origin is all that is kept.
  [/(https?:\/\/)(?:[^\s"'<>\\/@]*@)?([^\s"'<>\\/?#@]+)[/?#][^\s"'<>\\]+/gi, '$1$2/[redacted]'],
]

/** From now on `redact` takes this exact text out too. Texts of fewer than 8 characters are ignored. */
export function rememberSecret(secret: string): void {
  if (secret.length < MIN_SECRET_CHARACTERS || knownSecrets.has(secret)) return
  const [oldest] = knownSecrets
  if (knownSecrets.size >= MAX_KNOWN_SECRETS && oldest !== undefined) knownSecrets.delete(oldest)
  knownSecrets.add(secret)
}

/** `text` without tokens, bearer values, known secrets, and anything of a URL but its origin. */
export function redact(text: string): string {
  let out = text
  for (const secret of knownSecrets) if (out.includes(secret)) out = out.replaceAll(secret, '[redacted]')
  for (const [shape, replacement] of SECRET_SHAPES) out = out.replace(shape, replacement)
  return out
}
