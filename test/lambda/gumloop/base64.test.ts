import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64 } from '../../../lambda/gumloop/base64.ts'

const errorOf = (text: string) => {
  const decoded = decodeBase64(text)
  return 'error' in decoded ? decoded.error : undefined
}

test('decodes what was encoded, with and without line breaks', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1 }),
      fc.constantFrom('', '\n', '\r\n', ' ', '\t'),
      (bytes, wrap) => {
        const text = Buffer.from(bytes)
          .toString('base64')
          .replace(/.{4}/g, group => group + wrap)
        expect(decodeBase64(text)).toEqual(Buffer.from(bytes))
      },
    ),
  )
})

test.each([
  ['', 'empty'],
  [' \n', 'empty'],
  ['data:text/csv;base64,YWJj', 'data URL'],
  ['YWJ', 'cut off'],
  ['YWJjZA', 'cut off'],
  ['YWJjZA=', 'cut off'],
  ['YW=j', 'base64 (A-Z'],
  ['Y===', 'base64 (A-Z'],
  ['====', 'base64 (A-Z'],
  ['YWJj*A==', 'base64 (A-Z'],
  ['a,b\n1,2', 'file_text'],
  ['YW-_', 'URL-safe'],
  ['YWJjZB==', 'damaged'],
  ['YWJjZGF=', 'damaged'],
  ['YWJjéA==', 'base64 (A-Z'],
])('rejects %j: %s', (text, error) => {
  expect(errorOf(text)).toContain(error)
})

test('never loses bytes silently when one character is changed or cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 3, maxLength: 40 }), fc.nat(), (bytes, at) => {
      const whole = Buffer.from(bytes).toString('base64')
      const cut = whole.slice(0, at % whole.length)
      const decoded = decodeBase64(cut)
      if (!('error' in decoded)) expect(decoded.length).toBe((cut.length / 4) * 3)
      else expect(decoded.error.length).toBeGreaterThan(10)
    }),
  )
})
