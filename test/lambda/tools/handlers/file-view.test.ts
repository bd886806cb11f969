import { describe, expect, test } from 'vitest'
import {
  type FileBytes,
  fileBudget,
  nextPart,
  viewFile,
} from '../../../../lambda/tools/handlers/file-view.ts'

const file = (bytes: Buffer | string, over: Partial<FileBytes> = {}): FileBytes => ({
  name: 'file',
  mediaType: null,
  bytes: Buffer.from(bytes),
  ...over,
})
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const view = (file: FileBytes, offset = 0) => viewFile(file, offset, fileBudget(100_000))

describe('viewFile', () => {
  test('returns a text completely, with its end', () => {
    const seen = view(file('\ufeffid,title\n1,Über\n', { name: 'a.csv' }))
    expect(seen).toEqual({
      fields: {
        media_type: 'text/csv',
        size: 20,
        text: 'id,title\n1,Über\n',
        offset: 0,
        next_offset: null,
        total_characters: 16,
      },
      content: [],
    })
    expect(nextPart(seen)).toBe('This is the end of the text.')
  })

  test('returns a long text in parts that fit a result, and how to continue', () => {
    const line = 'a "quoted" cell;and\tanother\n'
    const long = file(line.repeat(20_000), { mediaType: 'text/csv' })
    let text = ''
    let calls = 0
    for (let offset: number | null = 0; offset !== null; calls++) {
      const seen = view(long, offset)
      expect(JSON.stringify(seen.fields).length).toBeLessThan(100_000)
      expect(nextPart(seen)).toMatch(seen.fields.next_offset === null ? /end/ : /offset \d+ for the next/)
      text += seen.fields.text
      offset = seen.fields.next_offset
    }
    expect(text === line.repeat(20_000)).toBe(true)
    expect(calls).toBe(7)
  })

  test('an offset after the end is an error that states the end', () => {
    expect(() => view(file('abc', { name: 'a.txt' }), 3)).toThrow('The text ends before this offset')
    expect(view(file('', { name: 'a.txt' })).fields).toMatchObject({ text: '', total_characters: 0 })
  })

  test('detects images by their bytes, not by name or declared type', () => {
    expect(view(file(PNG, { mediaType: 'application/octet-stream', name: 'x' }))).toEqual({
      fields: {
        media_type: 'image/png',
        size: 16,
        text: null,
        offset: null,
        next_offset: null,
        total_characters: null,
      },
      content: [{ type: 'image', data: PNG.toString('base64'), mimeType: 'image/png' }],
    })
    const liar = view(file('<html>', { mediaType: 'image/png', name: 'x.png' }))
    expect([liar.content, liar.unreadable]).toEqual([[], undefined])
    expect(liar.fields.text).toBe('<html>')
  })

  test('only describes an image over the limit', () => {
    const large = view(file(Buffer.concat([PNG, Buffer.alloc(3_200_000)])))
    expect([large.content, large.unreadable]).toEqual([
      [],
      'It is an image of 3200016 bytes, too large for a result.',
    ])
  })

  test.each([
    ['a PDF', { mediaType: 'application/pdf' }, '%PDF-1.7', 'application/pdf'],
    ['a zip without a type', { name: 'x.zip' }, 'PK\u0003\u0004\u0000', 'application/zip'],
    ['unknown bytes', { name: 'x' }, Buffer.from('deadbeef00', 'hex'), 'application/octet-stream'],
    ['a promised text that is none', { name: 'x.csv' }, Buffer.from('ff00fe00ab', 'hex'), 'text/csv'],
  ])('%s is not text', (_, over, bytes, type) => {
    const { fields, content, unreadable } = view(file(bytes, over))
    expect({ fields, content }).toEqual({
      fields: {
        media_type: type,
        size: bytes.length,
        text: null,
        offset: null,
        next_offset: null,
        total_characters: null,
      },
      content: [],
    })
    expect(unreadable).toBe(`It is neither text nor an image that can be shown (${type}).`)
  })

  test('detects text without type or extension; names another encoding', () => {
    expect(view(file('# Title\nwords', { name: 'README' })).fields).toMatchObject({
      media_type: 'text/plain',
    })
    expect(view(file(Buffer.from('caf\xe9', 'latin1'), { name: 'a.csv' })).fields).toMatchObject({
      text: 'café',
      encoding: 'windows-1252',
    })
  })
})
