/** Replaces the computed parts of documents: the text between two named markers. The rest is written by hand. */

/** Replaces the text between the markers. @throws when a marker is missing */
export function betweenMarks(page: string, name: string, text: string): string {
  const begin = `<!-- ${name}: written by \`npm run docs\` -->`
  const end = `<!-- /${name} -->`
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page does not contain the markers ${begin} … ${end}`)
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`
}
