/** An independent CSV reader (RFC 4180), so that the writer is not tested with its own code. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /"((?:[^"]|"")*)"(,|\r\n)|([^",\r\n]*)(,|\r\n)/y
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    row.push(match[1] === undefined ? (match[3] ?? '') : match[1].replaceAll('""', '"'))
    if ((match[2] ?? match[4]) === '\r\n') {
      rows.push(row)
      row = []
    }
    if (cell.lastIndex === text.length) return rows
  }
  throw new Error('The text is not CSV')
}
