/** docs/threat-model.md names, for each control, tests that exist. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = readFileSync('docs/threat-model.md', 'utf8')
const [, attacks = ''] = /## Attacks and controls\n([\s\S]*?)\n## /.exec(page) ?? []
const controls = attacks
  .split('\n')
  .filter(line => line.startsWith('| ') && !line.startsWith('| Attack |'))
  .map(line => line.slice(2, -2).split(' | '))

test('has attacks by each actor', () => {
  expect(attacks.match(/^### /gm)).toHaveLength(6)
  expect(controls.length).toBeGreaterThan(25)
})

test.each(controls)('%s: the control is proven by tests that exist', (_attack, control, tests = '') => {
  expect(control?.length).toBeGreaterThan(15)
  const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file)
  expect(files.length).toBeGreaterThan(0)
  expect(files.filter(file => !/^test\/.+\.(test|slow)\.ts$/.test(file) || !existsSync(file))).toEqual([])
})

test('is linked from the page about security', () => {
  expect(readFileSync('docs/security.md', 'utf8')).toContain('(threat-model.md)')
})
