import { expect, test } from 'vitest'
import {
  extensionFor,
  imageTypeOf,
  isMediaType,
  kindOf,
  mediaTypeOf,
} from '../../../lambda/gumloop/media-type.ts'

test.each([
  ['a.CSV', 'text/csv'],
  ['archive.tar.json', 'application/json'],
  ['SKILL.md', 'text/markdown'],
  ['pack.skill', 'application/zip'],
  ['noextension', 'application/octet-stream'],
  ['a.constructor', 'application/octet-stream'],
  ['.md', 'application/octet-stream'],
  ['a.', 'application/octet-stream'],
])('the media type of %s is %s', (name, type) => expect(mediaTypeOf(name)).toBe(type))

test('finds an extension for a known media type', () => {
  expect([extensionFor('application/pdf'), extensionFor('application/x-odd')]).toEqual(['.pdf', ''])
})

test.each([
  ['text/csv', true],
  ['text/csv; charset=utf-8', true],
  ['application/vnd.ms-excel', true],
  ['image/svg+xml', true],
  ['text', false],
  ['text/csv\r\nx: y', false],
  ['text/csv; x="\r\n"', false],
  ['text/ csv', false],
  ['', false],
  [`text/${'x'.repeat(300)}`, false],
])('%j is valid in a header: %s', (text, isValid) => expect(isMediaType(text)).toBe(isValid))

test.each([
  ['text/csv', null, 'text'],
  ['Text/HTML; charset=utf-8', 'x.pdf', 'text'],
  ['application/json', null, 'text'],
  ['application/ld+json', null, 'text'],
  ['image/svg+xml', null, 'text'],
  ['image/png', null, 'image'],
  ['image/tiff', null, 'binary'],
  ['application/pdf', 'x.txt', 'binary'],
  ['video/mp4', null, 'binary'],
  ['application/octet-stream', 'x.csv', 'text'],
  ['application/octet-stream', 'x.zip', 'binary'],
  [null, 'x.md', 'text'],
  [null, 'x', 'unknown'],
  [null, null, 'unknown'],
  ['application/x-odd', 'x.csv', 'unknown'],
] as const)('%s named %s is %s', (type, name, kind) => expect(kindOf(type, name)).toBe(kind))

test.each([
  ['89504e470d0a1a0a0000', 'image/png'],
  ['ffd8ffe000104a464946', 'image/jpeg'],
  ['474946383961', 'image/gif'],
  ['52494646000000005745425056503820', 'image/webp'],
  ['5249464600000000574156450000', undefined],
  ['255044462d312e37', undefined],
  ['', undefined],
])('the image type of the bytes %s is %s', (hex, type) =>
  expect(imageTypeOf(Buffer.from(hex, 'hex'))).toBe(type),
)
