/** What is too much about a JSON text, found before it is parsed. Pure. */

/** No client sends JSON nested deeper than this; an attacker does, to exhaust the stack of whatever traverses it. */
export const MAX_JSON_DEPTH = 100
/** A message has some dozen values; one of 5 MB could have two million, and each costs memory and checks. */
export const MAX_JSON_VALUES = 200_000

/**
 * What is too much, as a sentence: nesting or the number of values (commas and brackets outside strings). Undefined
 * when the text may be parsed. Cheap, and without recursion that the input could exhaust.
 */
export function findExcess(text: string, maxValues = MAX_JSON_VALUES): string | undefined {
  let depth = 0
  let values = 1
  let isInString = false
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (isInString) {
      if (character === 92) i++
      else if (character === 34) isInString = false
    } else if (character === 34) isInString = true
    else if (character === 44) values++
    else if (character === 123 || character === 91) {
      values++
      if (++depth > MAX_JSON_DEPTH) return `The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`
    } else if (character === 125 || character === 93) depth--
    if (values > maxValues) return `The JSON has more than ${maxValues.toLocaleString('en')} values.`
  }
  return undefined
}
