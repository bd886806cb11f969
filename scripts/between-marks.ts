/** The computed parts of documents: the text between two marks of a name is replaced, the rest is written by hand. */

/** `page` with `text` between its marks. Throws when a mark is missing. */
export function betweenMarks(page: string, name: string, text: string): string {
  const begin = `<!-- ${name}: written by \`npm run docs\` -->`
  const end = `<!-- /${name} -->`
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has lost its marks ${begin} … ${end}`)
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`
}
