import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText } from '../../../lambda/gumloop/decode-text.ts'

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()

test('decodes UTF-8 with and without byte order mark, and UTF-16 with it', () => {
  const anyText = fc.string({ unit: 'grapheme' }).filter(text => !text.startsWith('\ufeff'))
  fc.assert(
    fc.property(anyText, text => {
      const bytes = Buffer.from(text)
      const whole = bytes.includes(0) ? undefined : { text, encoding: 'utf-8' }
      if (bytes.length % 2 === 1) expect(decodeText(bytes, true)).toEqual(whole)
      expect(decodeText(Buffer.from(`\ufeff${text}`, 'utf16le'), false)).toEqual({
        text,
        encoding: 'utf-16le',
      })
      expect(decodeText(utf16be(`\ufeff${text}`), false)).toEqual({ text, encoding: 'utf-16be' })
    }),
  )
  expect(decodeText(Buffer.from('\ufeffa,é\n'), false)).toEqual({ text: 'a,é\n', encoding: 'utf-8' })
})

test('recognizes UTF-16 without byte order mark', () => {
  const text = 'id,title\n1,Première\n'
  expect(decodeText(Buffer.from(text, 'utf16le'), true)).toEqual({ text, encoding: 'utf-16le' })
  expect(decodeText(utf16be(text), false)).toEqual({ text, encoding: 'utf-16be' })
})

test('decodes windows-1252 if the file is declared as text, otherwise not', () => {
  const bytes = Buffer.from('4d81726b65742c8092e9', 'hex')
  expect(decodeText(bytes, true)).toEqual({ text: 'M\u0081rket,€’é', encoding: 'windows-1252' })
  expect(decodeText(bytes, false)).toBeUndefined()
})

test.each([
  ['a zip', Buffer.from('504b0304140000000800', 'hex')],
  ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj\n')],
  ['control characters', Buffer.from('\u0001\u0002abc')],
  ['random bytes', Buffer.from('deadbeef0102', 'hex')],
])('does not decode %s', (_, bytes) => expect(decodeText(bytes, false)).toBeUndefined())

test('decodes an empty file to an empty text', () => {
  expect(decodeText(Buffer.alloc(0), false)).toEqual({ text: '', encoding: 'utf-8' })
})
