import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chatFileName, fileNameError } from '../../../lambda/gumloop/file-name.ts'

describe('fileNameError', () => {
  test.each([
    'report.csv',
    'Q3 Bericht – Übersicht (final).pdf',
    '見積書.xlsx',
    '.env',
    'a',
    'x'.repeat(255),
    'a"b;c.txt',
  ])('accepts %.40s', name => expect(fileNameError(name)).toBeUndefined())

  test.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['.', 'folders'],
    ['..', 'folders'],
    ['../../etc/passwd', 'folders'],
    ['a/b.txt', 'folders'],
    ['a\\b.txt', 'folders'],
    ['a.txt\r\nContent-Type: x', 'control'],
    ['a\u0000.txt', 'control'],
    ['a\u0085.txt', 'control'],
    ['a\u2028.txt', 'control'],
    ['\ud800.txt', 'control'],
    ['x'.repeat(256), '255'],
  ])('rejects %j: %s', (name, error) => expect(fileNameError(name)).toContain(error))
})

describe('chatFileName', () => {
  test.each([
    ['report.csv', 'https://files.test/1', 'report.csv'],
    ['/tmp/chat/report.csv', 'https://files.test/1', 'report.csv'],
    ['C:\\Users\\me\\report.csv', 'https://files.test/1', 'report.csv'],
    ['a\r\nb.csv', 'https://files.test/1', 'ab.csv'],
    [undefined, 'https://files.test/f/Q3%20plan.pdf?sig=SECRET', 'Q3 plan.pdf'],
    ['', 'https://files.test/f/x.png', 'x.png'],
    [undefined, 'https://files.test/file-XFlOqJYTPBPw?sig=SECRET', 'file-2.csv'],
    [undefined, 'https://files.test/%E0%A4%A.csv', 'file-2.csv'],
    ['..', 'https://files.test/', 'file-2.csv'],
    [undefined, 'no url', 'file-2.csv'],
  ])('uses, for the name %j and the link %s, %s', (clientName, link, name) =>
    expect(chatFileName(clientName, link, 2, '.csv')).toBe(name),
  )

  test('returns a plain name for any input', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ unit: 'binary' })), fc.webPath(), (clientName, path) => {
        const link = `https://files.test${path}`
        expect(fileNameError(chatFileName(clientName ?? undefined, link, 1, ''))).toBeUndefined()
      }),
    )
  })
})
