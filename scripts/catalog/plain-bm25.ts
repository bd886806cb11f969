/** Plain BM25 over one text per tool: the baseline that our search is compared with. Pure. */

/** The usual constants. */
const SATURATION = 1.2
const LENGTH_PENALTY = 0.75

/** Names of the texts that share a word with the query, best first; ties in the order of the texts. */
export type Ranking = (query: string) => string[]

/** A search over `texts` by name: whole words in lower case, without stemming or stop words. */
export function plainBm25(texts: ReadonlyMap<string, string>): Ranking {
  const documents = [...texts].map(([name, text]) => ({ name, words: wordsOf(text) }))
  const meanLength = documents.reduce((sum, one) => sum + one.words.length, 0) / documents.length
  const rarity = (word: string) => {
    const holders = documents.filter(one => one.words.includes(word)).length
    return Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5))
  }
  const score = (words: readonly string[], word: string) => {
    const count = words.filter(one => one === word).length
    const length = 1 - LENGTH_PENALTY + (LENGTH_PENALTY * words.length) / meanLength
    return (rarity(word) * count * (SATURATION + 1)) / (count + SATURATION * length)
  }
  return query => {
    const queryWords = wordsOf(query)
    return documents
      .map(({ name, words }) => ({
        name,
        score: queryWords.reduce((sum, word) => sum + score(words, word), 0),
      }))
      .filter(one => one.score > 0)
      .sort((a, b) => b.score - a.score)
      .map(one => one.name)
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
}
