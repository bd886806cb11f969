import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildMultipart, isUploadFile, type UploadFile } from '../../../lambda/gumloop/multipart.ts'

const file = (fileName: string, text: string, mediaType = 'text/plain'): UploadFile => ({
  fileName,
  mediaType,
  bytes: Buffer.from(text),
})
/** Parsed by Node's own parser (undici), which is independent of our code. */
const parse = ({ contentType, body }: { contentType: string; body: Buffer }) =>
  new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()

describe('buildMultipart', () => {
  test('writes the fields, then a part per file with its type and unchanged bytes', async () => {
    const bytes = Buffer.from([0, 13, 10, 45, 45, 255])
    const form = await parse(
      buildMultipart([['team_id', 'team_1']], 'files', [
        file('SKILL.md', '# Hi', 'text/markdown'),
        { fileName: 'Übersicht "final".bin', mediaType: 'application/octet-stream', bytes },
      ]),
    )
    expect([...form.keys()]).toEqual(['team_id', 'files', 'files'])
    const files = form.getAll('files').flatMap(one => (typeof one === 'string' ? [] : [one]))
    expect(files.map(({ name, type }) => [name, type])).toEqual([
      ['SKILL.md', 'text/markdown'],
      ['Übersicht "final".bin', 'application/octet-stream'],
    ])
    expect(Buffer.from(await (files[1] ?? new Blob([])).arrayBuffer())).toEqual(bytes)
  })

  test('writes the same bytes for the same parts, and no content can contain its boundary', () => {
    const first = buildMultipart([], 'files', [file('a.txt', 'one')])
    expect(buildMultipart([], 'files', [file('a.txt', 'one')])).toEqual(first)
    const boundary = first.contentType.split('boundary=')[1] ?? ''
    expect(boundary).toMatch(/^gumloop-mcp-[0-9a-f]{48}$/)
    const attack = `one\r\n--${boundary}\r\ncontent-disposition: form-data; name="team_id"\r\n\r\nother`
    const body = buildMultipart([], 'files', [file('a.txt', attack)])
    expect(body.contentType).not.toContain(boundary)
  })

  test('is parsed into exactly its parts, for any names and contents', async () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, fc.uint8Array()), { maxLength: 4 }), async parts => {
        const files = parts.map(([fileName, bytes]) => ({
          fileName,
          mediaType: 'text/plain',
          bytes: Buffer.from(bytes),
        }))
        const { contentType, body } = buildMultipart([['team_id', 'x']], 'files', files)
        const boundary = contentType.split('boundary=')[1] ?? ''
        const pieces = body.toString('latin1').split(`--${boundary}`)
        expect(pieces.length).toBe(parts.length + 3)
        for (const [index, piece] of pieces.slice(2, -1).entries()) {
          const [head = '', ...rest] = piece.slice(2).split('\r\n\r\n')
          expect(head.split('\r\n').length).toBe(2)
          expect(Buffer.from(rest.join('\r\n\r\n').slice(0, -2), 'latin1')).toEqual(files[index]?.bytes)
        }
      }),
    )
  })

  test('adds no header for a line break in a media type or a name', () => {
    const { body } = buildMultipart([['a"\r\nx: y', '1']], 'files', [
      file('b"\r\nx: y', 'z', 'text/plain\r\nx: y'),
    ])
    expect(body.toString()).not.toMatch(/^x: y/m)
    expect(body.toString()).toContain('filename="b%22%0D%0Ax: y"')
  })
})

test('isUploadFile accepts only the complete shape', () => {
  expect(isUploadFile(file('a', 'b'))).toBe(true)
  expect(
    [null, 'a', {}, { ...file('a', 'b'), bytes: 'b' }, { bytes: Buffer.alloc(1) }].map(isUploadFile),
  ).toEqual(Array(5).fill(false))
})
