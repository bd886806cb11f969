/**
 * Whether a person means a thing by its name: "the security audit agent" is "Security Audit". Case, accents, hyphens,
 * the order of the words and words that only say what kind of thing it is do not count. Pure.
 */
import { comparable } from './comparable-text.ts'
import { editDistance } from './edit-distance.ts'

/** Words that stand around a name and tell no two things apart. */
const FILLER = new Set(
  (
    'a an the my our your their this that please thing stuff for of to with run start agent agents bot bots assistant flow ' +
    'flows workflow workflows automation automations pipeline team teams role roles'
  ).split(' '),
)
/** Longer texts are nobody's name. */
const MAX_CHARACTERS = 200
/** From this length on one typing error is tolerated in a search. */
const MIN_TYPO_CHARACTERS = 4
/** A word that begins like a known one: `audit` for `auditing`. */
const MIN_PREFIX_CHARACTERS = 3

/** The words of a text without accents, in lower case. */
function wordsOf(text: string): string[] {
  return comparable(text.slice(0, MAX_CHARACTERS).normalize('NFKD').replace(/\p{M}/gu, ''))
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
}

/** The words that tell things apart; all of them where there are no others. */
function tellingWords(text: string): string[] {
  const words = wordsOf(text)
  const telling = words.filter(word => !FILLER.has(word))
  return telling.length > 0 ? telling : words
}

/** True when both are the same name: nothing but case, accents, punctuation and surrounding filler words differ. */
export function isSameName(query: string, name: string): boolean {
  return tellingWords(query).join(' ') === tellingWords(name).join(' ')
}

/**
 * How well a text answers a search for `query`: the share of the query's words that it has, in any order, 0 to 1. One
 * typing error in a word and the beginning of a word count a little less.
 */
export function wordMatch(query: string, text: string): number {
  const wanted = tellingWords(query)
  if (wanted.length === 0) return 1
  const words = [...new Set(wordsOf(text))]
  return wanted.reduce((sum, word) => sum + bestMatch(word, words), 0) / wanted.length
}

/** Every word of the query must be there, possibly mistyped or begun. */
export function matchesWords(query: string, text: string): boolean {
  const words = [...new Set(wordsOf(text))]
  return tellingWords(query).every(word => bestMatch(word, words) > 0)
}

function bestMatch(wanted: string, words: readonly string[]): number {
  let best = 0
  for (const word of words) {
    if (word === wanted) return 1
    if (wanted.length >= MIN_PREFIX_CHARACTERS && word.startsWith(wanted)) best = Math.max(best, 0.9)
    else if (wanted.length >= MIN_TYPO_CHARACTERS && editDistance(wanted, word, 1) !== undefined)
      best = Math.max(best, 0.8)
  }
  return best
}
