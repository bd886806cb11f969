/** Writes a one-page PDF 1.4 of plain text lines in Helvetica. */

export interface PdfLine {
  text: string
  sizePt: number
  isBold?: boolean
}

const PAGE_WIDTH_PT = 595
const PAGE_HEIGHT_PT = 842
const MARGIN_PT = 56

/** Text as a PDF string literal. Characters outside Latin-1 become question marks. */
function literal(text: string): string {
  const latin = [...text].map(c => ((c.codePointAt(0) ?? 0) <= 0xff ? c : '?')).join('')
  return `(${latin.replace(/[\\()]/g, '\\$&')})`
}

/** Lines that do not fit on the page are omitted. */
function contentStream(lines: PdfLine[]): string {
  const out = ['BT', `${MARGIN_PT} ${PAGE_HEIGHT_PT - MARGIN_PT} Td`]
  let usedPt = 0
  for (const { text, sizePt, isBold } of lines) {
    const leadingPt = Math.round(sizePt * 1.4)
    usedPt += leadingPt
    if (usedPt > PAGE_HEIGHT_PT - 2 * MARGIN_PT) break
    out.push(`/${isBold === true ? 'F2' : 'F1'} ${sizePt} Tf`, `0 -${leadingPt} Td`, `${literal(text)} Tj`)
  }
  out.push('ET')
  return out.join('\n')
}

export function toPdf(title: string, lines: PdfLine[]): Buffer {
  const content = contentStream(lines)
  const font = (name: string) =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE_WIDTH_PT} ${PAGE_HEIGHT_PT}] /Contents 4 0 R ` +
      '/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>',
    `<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title ${literal(title)} /Producer (Gumloop sandbox) >>`,
  ]
  let text = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'
  const offsets: number[] = []
  for (const [i, object] of objects.entries()) {
    offsets.push(text.length)
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
  }
  const start = text.length
  const rows = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 7 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}
