/** The terms that this project does not use, each with the term to use instead, and how to find them in a file. */

export interface Term {
  not: RegExp
  use: string
  /** Restricts the rule to files whose path matches. */
  in?: RegExp
}

/** Single words, in lower case, of texts, comments, identifiers and file names. */
export const WORDS: Term[] = [
  { not: /^faults?$/, use: 'error, validation error, or failure injection' },
  { not: /^sightings?$/, use: 'observation or snapshot' },
  { not: /^catalogue[sd]?$/, use: 'catalog' },
  { not: /^standins?$/, use: 'shim, fake, stub or simulator' },
  { not: /^mend(s|ed|ing)?$/, use: 'fix' },
  { not: /^(rooms|laws?)$/, use: 'layer or architecture test' },
  { not: /^eras?$/, use: 'protocol version' },
  { not: /^moments?$/, use: 'time, timestamp or expiry' },
  { not: /^doors?$/, use: 'entry point or endpoint' },
  { not: /^reckon(s|ed|ing)?$/, use: 'calculate' },
]

/** Words of identifiers in code. */
export const IDENTIFIERS: Term[] = [
  { not: /^(tells?|told)$/, use: 'notify or report' },
  { not: /^kept$/, use: 'stored, or what the values are' },
  { not: /^given$/, use: 'arguments, or what the value is' },
  { not: /^thrown$/, use: 'error' },
  { not: /^refusals?$/, use: 'error or error response' },
  { not: /^looked$/, use: 'observed, or what was read' },
  { not: /^looks?$/, use: 'poll or observe', in: /^(lambda|lib)\/runs\// },
  { not: /^touch(es|ed)?$/, use: 'invalidate', in: /^lambda\/runs\// },
  { not: /^offers?$/, use: 'capability', in: /^lambda\/mcp\// },
]

/** Phrases of texts and comments, with single spaces. */
export const PHRASES: Term[] = [
  { not: /\bstand-ins?\b/gi, use: 'shim, fake, stub or simulator' },
  { not: /\b(stands?|standing|stood) in\b(?! the way)/gi, use: 'is in, live in, or replace' },
  {
    not: /\bno more\b(?= ?(?:[.,;:)'"`]|$|and\b|or\b|but\b|since\b|when\b|if\b|after\b))/gim,
    use: 'no longer',
  },
  { not: /\bstanding still\b/gi, use: 'fixed costs' },
  { not: /\bis no (moment|number|date|time)\b/gi, use: 'is not a …' },
]

/** Uses of a word that are standard English or somebody else's name, removed before the words are compared. */
const ALLOWED_PHRASES =
  /\bat fault\b|\b(for|in|after) a moment\b|\ba moment (ago|later)\b|\bat (the|any) moment\b|\bProtocolEra\b/gi

const COMMENT_OR_STRING =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g

/** The words of a text in lower case; `camelCase`, `snake_case` and `kebab-case` are split. */
function wordsOf(text: string): string[] {
  return (text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map(word => word.toLowerCase())
}

/** Each finding as `path: "term", use: …`; empty for a file that follows the glossary. */
export function findTerms(path: string, text: string): string[] {
  const found = new Map<string, string>()
  const search = (terms: Term[], words: string[]) => {
    for (const { not, use, in: scope } of terms) {
      if (scope && !scope.test(path)) continue
      for (const word of words) if (not.test(word)) found.set(word, use)
    }
  }
  search(WORDS, wordsOf(`${path} ${text.replace(ALLOWED_PHRASES, ' ')}`))
  if (/\.(ts|tsx|cjs)$/.test(path)) {
    const code = text.replace(COMMENT_OR_STRING, ' ')
    search(IDENTIFIERS, wordsOf((code.match(/[A-Za-z_$][\w$]*/g) ?? []).join(' ')))
  }
  const prose = text.replace(/\s*\n\s*(\*|\/\/|#)?\s*/g, ' ')
  for (const { not, use } of PHRASES) for (const [phrase] of prose.matchAll(not)) found.set(phrase, use)
  return [...found].map(([term, use]) => `${path}: "${term}", use: ${use}`)
}
