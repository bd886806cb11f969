import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CDK_PACKAGES, type LockFile, lockFor } from '../../scripts/bundle/cdk-packages.ts'

const LOCK: LockFile = {
  lockfileVersion: 3,
  packages: {
    '': {},
    'node_modules/app-library': {
      dev: true,
      dependencies: { shared: '^1.0.0', nested: '^1.0.0' },
      peerDependencies: { core: '^1.0.0' },
      optionalDependencies: { 'other-platform': '1.0.0', 'this-platform': '1.0.0' },
    },
    'node_modules/app-library/node_modules/nested': { dev: true, dependencies: { shared: '^1.0.0' } },
    'node_modules/core': { peer: true },
    'node_modules/nested': {},
    'node_modules/shared': { devOptional: true, dependencies: { 'app-library': '*' } },
    'node_modules/this-platform': {},
    'node_modules/unrelated': {},
  },
}
const manifest = (...names: string[]) => ({
  name: 'cut',
  dependencies: Object.fromEntries(names.map(name => [name, '1.0.0'])),
})

describe('the lock file of some packages', () => {
  test('holds what they need at the same places, as ordinary dependencies, and nothing else', () => {
    expect(lockFor(manifest('app-library'), LOCK)).toEqual({
      name: 'cut',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { name: 'cut', dependencies: { 'app-library': '1.0.0' } },
        'node_modules/app-library': {
          dependencies: { shared: '^1.0.0', nested: '^1.0.0' },
          peerDependencies: { core: '^1.0.0' },
          optionalDependencies: { 'other-platform': '1.0.0', 'this-platform': '1.0.0' },
        },
        'node_modules/app-library/node_modules/nested': { dependencies: { shared: '^1.0.0' } },
        'node_modules/core': {},
        'node_modules/shared': { dependencies: { 'app-library': '*' } },
        'node_modules/this-platform': {},
      },
    })
  })

  test('is not made where a needed package is missing', () => {
    expect(() => lockFor(manifest('absent'), LOCK)).toThrow(/no absent, which the CDK app needs/)
    const cut: LockFile = { ...LOCK, packages: { ...LOCK.packages } }
    delete cut.packages['node_modules/core']
    expect(() => lockFor(manifest('app-library'), cut)).toThrow(
      /no core, which node_modules\/app-library needs/,
    )
  })
})

test('the project pins each CDK package, and none of them is needed at run time', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const name of CDK_PACKAGES) expect(devDependencies[name]).toMatch(/^\d+\.\d+\.\d+$/)
  expect(Object.keys(dependencies)).toEqual(['dynalite', 'level'])
})
