/** Roles are limited to kinds of items by the prefixes in `names.ts`: a key that is spelled out elsewhere escapes that. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ITEM_PREFIX } from '../../lambda/shared/names.ts'

const spelledOut = new RegExp(`['"\`](${Object.values(ITEM_PREFIX).join('|')})`)

test('no prefix of a key is spelled out but in names.ts', () => {
  const files = readdirSync('lambda', { recursive: true, encoding: 'utf8' }).filter(
    file => file.endsWith('.ts') && file !== 'shared/names.ts',
  )
  expect(files.length).toBeGreaterThan(100)
  expect(files.filter(file => spelledOut.test(readFileSync(`lambda/${file}`, 'utf8')))).toEqual([])
})

test('no prefix begins another one', () => {
  const prefixes = Object.values(ITEM_PREFIX)
  expect(prefixes.filter(one => prefixes.some(other => other !== one && other.startsWith(one)))).toEqual([])
})
