/**
 * The files that `gumloop-mcp deploy` installs AWS CDK with, in `dist/cdk`: a `package.json` with exact versions, a lock
 * file with the checksum of every package below them, both cut out of this project's own, and a `cdk.json`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What the CDK app imports, and the CLI that fits it. */
export const CDK_PACKAGES = ['aws-cdk', 'aws-cdk-lib', 'cdk-nag', 'constructs']

interface LockedPackage {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  dev?: boolean
  devOptional?: boolean
  peer?: boolean
}

export interface LockFile {
  lockfileVersion: number
  packages: Record<string, LockedPackage>
}

/** Writes them. @returns their paths from `root`. */
export function writeCdkPackages(root: string, folder: string): string[] {
  const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'))
  const { devDependencies } = read('package.json')
  const dependencies = Object.fromEntries(CDK_PACKAGES.map(name => [name, String(devDependencies[name])]))
  const manifest = { name: 'gumloop-mcp-cdk', private: true, dependencies }
  const { build: _, context, ...settings } = read('cdk.json')
  const files = {
    'package.json': manifest,
    'package-lock.json': lockFor(manifest, read('package-lock.json')),
    'cdk.json': {
      ...settings,
      app: 'node app.cjs',
      context: { ...context, bundleRoot: 'lambda', stages: '../stages' },
    },
  }
  mkdirSync(path.join(root, folder), { recursive: true })
  return Object.entries(files).map(([name, content]) => {
    const file = `${folder}/${name}`
    writeFileSync(path.join(root, file), `${JSON.stringify(content, null, 2)}\n`)
    return file
  })
}

/** The part of `lock` that the packages of `manifest` need, at the same places. @throws Error for one that it lacks. */
export function lockFor(
  manifest: { name: string; dependencies: Record<string, string> },
  lock: LockFile,
): object {
  const included = new Set<string>()
  const include = (from: string, name: string, isOptional: boolean) => {
    const found = locate(lock, from, name)
    if (found === undefined) {
      if (isOptional) return
      throw new Error(`package-lock.json has no ${name}, which ${from || 'the CDK app'} needs`)
    }
    if (included.has(found)) return
    included.add(found)
    const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = lock.packages[found] ?? {}
    for (const one of Object.keys({ ...dependencies, ...peerDependencies })) include(found, one, false)
    for (const one of Object.keys(optionalDependencies)) include(found, one, true)
  }
  for (const name of Object.keys(manifest.dependencies)) include('', name, false)
  const packages = Object.entries(lock.packages)
    .filter(([place]) => included.has(place))
    // There they are dependencies like any other.
    .map(([place, { dev: _dev, devOptional: _devOptional, peer: _peer, ...entry }]) => [place, entry])
  return {
    name: manifest.name,
    lockfileVersion: lock.lockfileVersion,
    requires: true,
    packages: {
      '': { name: manifest.name, dependencies: manifest.dependencies },
      ...Object.fromEntries(packages),
    },
  }
}

/** Where Node finds `name` from the package at `from`: in its own folder, or in one around it. */
function locate({ packages }: LockFile, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf('/node_modules/'), 0))) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (place in packages) return place
    if (at === '') return undefined
  }
}
