/** Replaces the computed parts of documents: the text between two named markers. The rest is written by hand. */

/** Replaces the text between the markers, which name the command that writes it. @throws when a marker is missing */
export function betweenMarks(page: string, name: string, text: string, command = 'npm run docs'): string {
  const begin = `<!-- ${name}: written by \`${command}\` -->`
  const end = `<!-- /${name} -->`
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page does not contain the markers ${begin} … ${end}`)
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`
}
