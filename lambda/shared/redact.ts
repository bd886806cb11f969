/** Removes secrets from texts that are logged or printed. */

/** Secret values in this process whose format is not known, such as Gumloop keys, newest last. */
const knownSecrets = new Set<string>()
/** More accounts than one environment serves between two cold starts; beyond it the oldest value is dropped. */
const MAX_KNOWN_SECRETS = 1000
/** A shorter value would remove ordinary words from the log. */
const MIN_SECRET_CHARACTERS = 8

/**
 * Formats of secrets that must never be logged. None starts with `\b`: in JSON a line break is written `\n`, whose `n`
 * would be part of the word. Each runs in linear time: no two of its repetitions can match the same character.
 */
const TOKEN_SHAPE: [RegExp, string] = [/(gmcp|gapi)_[A-Za-z0-9]{1,64}_[A-Za-z0-9_-]{8,}/g, '$1_[redacted]']
const SECRET_SHAPES: [RegExp, string][] = [
  TOKEN_SHAPE,
  [/(Bearer|Basic)\s+[^\s"',;\\]+/gi, '$1 [redacted]'],
  // A URL can contain a secret in its query (signed links) or in its path (webhooks), so only the origin is logged.
  [/(https?:\/\/)(?:[^\s"'<>\\/@]*@)?([^\s"'<>\\/?#@]+)[/?#][^\s"'<>\\]+/gi, '$1$2/[redacted]'],
]

/** Makes `redact` remove this exact text from now on. Texts of fewer than 8 characters are ignored. */
export function rememberSecret(secret: string): void {
  if (secret.length < MIN_SECRET_CHARACTERS || knownSecrets.has(secret)) return
  const [oldest] = knownSecrets
  if (knownSecrets.size >= MAX_KNOWN_SECRETS && oldest !== undefined) knownSecrets.delete(oldest)
  knownSecrets.add(secret)
}

/** `text` without tokens and known secrets: for texts that people read, whose URLs and other values they need. */
export function withoutTokens(text: string): string {
  let out = text
  for (const secret of knownSecrets) if (out.includes(secret)) out = out.replaceAll(secret, '[redacted]')
  return out.replace(...TOKEN_SHAPE)
}

/** `text` without tokens, bearer values and known secrets, and with URLs reduced to their origin. */
export function redact(text: string): string {
  let out = withoutTokens(text)
  for (const [shape, replacement] of SECRET_SHAPES) out = out.replace(shape, replacement)
  return out
}
