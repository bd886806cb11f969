/**
 * Words → the terms that the tool search compares: lower case, without stop words, lightly stemmed. Queries and the index use
 * the same function, so that both are stemmed alike. English only. Pure.
 */

/** Words that do not tell tools apart, left out of queries and the index. */
const STOP_WORDS = new Set(
  [
    'a an the this that these those it its there here',
    'i me my we us our you your he him his she her they them their',
    'is are be was were am do does did have has had can could should would will shall may',
    'of to in on for with at by from into about as and or but if then than so not no',
    'please just also very too only any some up out gumloop',
  ]
    .join(' ')
    .split(' '),
)

/**
 * The only synonyms here: question words that mean a list. Other synonyms were tried and gained nothing over the search words
 * of the tool files (docs/decisions/0022-search-by-words.md).
 */
const ASKS_FOR_A_LIST = new Set(['all', 'every', 'which', 'what'])

/** Longer queries are cut: the rest of a pasted page is not read. */
const MAX_CHARACTERS = 2000

/** The terms of a text in order, with repeats. Names in snake_case and camelCase are split into words. */
export function termsOf(text: string): string[] {
  const words = text
    .slice(0, MAX_CHARACTERS)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/['’]s\b/g, '')
    .replace(/['’]/g, '')
    .match(/[a-z0-9]+/g)
  return (words ?? []).filter(word => !STOP_WORDS.has(word)).map(toTerm)
}

/**
 * One key for a whole text, independent of the order of its terms. The index has those of every name and title, so that a query
 * for one of these finds its tool first. It begins with a character that no term begins with.
 */
export function wholeKey(terms: readonly string[]): string {
  return `=${[...new Set(terms)].sort().join('+')}`
}

function toTerm(word: string): string {
  return ASKS_FOR_A_LIST.has(word) ? 'list' : stem(word)
}

/** Removes endings until most forms of a word are equal: creates, created, creating, create → creat. */
function stem(word: string): string {
  if (word.length <= 3) return word
  let cut = singular(word)
  if (cut.length > 5 && cut.endsWith('ing')) cut = withoutDouble(cut.slice(0, -3))
  else if (cut.length > 4 && cut.endsWith('ed')) cut = withoutDouble(cut.slice(0, -2))
  if (cut.length > 6 && cut.endsWith('tion')) cut = cut.slice(0, -3)
  if (cut.length > 6 && cut.endsWith('al')) cut = cut.slice(0, -2)
  if (cut.length > 5 && cut.endsWith('ly')) cut = cut.slice(0, -2)
  return cut.length > 4 && cut.endsWith('e') ? cut.slice(0, -1) : cut
}

function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2)
  return /(?:^|[^sui])s$/.test(word) ? word.slice(0, -1) : word
}

/** stopp(ed) → stop, but call(ed) and pass(ed) keep both letters. */
function withoutDouble(word: string): string {
  return /([bdgkmnprt])\1$/.test(word) ? word.slice(0, -1) : word
}
