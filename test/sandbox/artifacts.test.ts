import { inflateSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
let sessionId: string
beforeEach(async () => {
  sandbox = await startTestSandbox()
  const started = await sandbox.post('/agents/agt_security_audit/sessions', { input: 'Audit staging' })
  sessionId = textAt(started.json, 'session.id')
  sandbox.advanceClock(6)
})
afterEach(() => sandbox.close())

const list = async (query = '') =>
  listAt((await sandbox.get(`/agents/agt_security_audit/artifacts${query}`)).json, 'artifacts')

async function fileNamed(name: string): Promise<Buffer> {
  const [artifact] = await list(`?search_query=${name}`)
  const link = await sandbox.get(`/artifacts/${textAt(artifact, 'id')}/download`)
  const response = await fetch(textAt(link.json, 'download_url'))
  const bytes = Buffer.from(await response.arrayBuffer())
  expect([bytes.length, at(link.json, 'filename')]).toEqual([at(link.json, 'size'), name])
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`)
  return bytes
}

test('a run produces four files with type and size', async () => {
  const rows = (await list()).map(row => [
    at(row, 'filename'),
    at(row, 'metadata.media_type'),
    at(row, 'session_id'),
  ])
  expect(rows).toEqual([
    ['audit-report.md', 'text/markdown', sessionId],
    ['findings-by-severity.png', 'image/png', sessionId],
    ['audit-summary.pdf', 'application/pdf', sessionId],
    ['audit-findings.csv', 'text/csv', sessionId],
  ])
  expect((await list('?session_id=ses_other')).length).toBe(0)
  expect((await list('?sort_order=oldest')).map(row => at(row, 'filename')).at(0)).toBe('audit-findings.csv')
})

test('the PDF is valid, including its offsets', async () => {
  const pdf = (await fileNamed('audit-summary.pdf')).toString('latin1')
  const xrefAt = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf)?.[1])
  const rows = pdf.slice(xrefAt).split('\n').slice(3, 10)
  expect(pdf.slice(xrefAt, xrefAt + 4)).toBe('xref')
  expect(rows.map((row, i) => pdf.slice(Number(row.slice(0, 10))).startsWith(`${i + 1} 0 obj\n`))).toEqual(
    Array(7).fill(true),
  )
  const [, length = '', stream = ''] = /\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/.exec(pdf) ?? []
  expect(stream.length).toBe(Number(length))
  expect(stream).toContain('(Security audit, summary) Tj')
})

test('the PNG is valid, including its pixels', async () => {
  const png = await fileNamed('findings-by-severity.png')
  const idat = png.indexOf('IDAT')
  const pixels = inflateSync(png.subarray(idat + 4, idat + 4 + png.readUInt32BE(idat - 4)))
  expect([png.readUInt32BE(16), png.readUInt32BE(20), pixels.length]).toEqual([360, 200, 200 * (1 + 360 * 3)])
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082')
})

test('a second run of the session adds a version to the same artifact', async () => {
  const [before] = await list('?search_query=findings.csv')
  const old = await fileNamed('audit-findings.csv')
  await sandbox.post(`/sessions/${sessionId}/messages`, { input: 'And production' })
  sandbox.advanceClock(6)
  const [after] = await list('?search_query=findings.csv')
  expect([at(after, 'id'), at(after, 'major_version')]).toEqual([at(before, 'id'), 2])
  const pinned = await sandbox.get(
    `/artifacts/${at(before, 'id')}/download?version_id=${at(before, 'version_id')}`,
  )
  const first = await fetch(textAt(pinned.json, 'download_url'))
  expect(Buffer.from(await first.arrayBuffer()).equals(old)).toBe(true)
  expect((await fileNamed('audit-findings.csv')).equals(old)).toBe(false)
})

test('responds with 404 for unknown artifacts', async () => {
  const [artifact] = await list()
  const replies = [
    await sandbox.get('/artifacts/art_none/download'),
    await sandbox.get(`/artifacts/${at(artifact, 'id')}/download?version_id=ver_none`),
    await sandbox.get('/agents/agt_none/artifacts'),
  ]
  expect(replies.map(reply => [reply.status, at(reply.json, 'error.type')])).toEqual(
    Array(3).fill([404, 'not_found_error']),
  )
})
