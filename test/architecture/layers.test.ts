/** The order of layers, the owner of each outside library, and the size of files: docs/architecture.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const LAYERS = [
  'shared',
  'catalog',
  'gumloop',
  'aws',
  'accounts',
  'connectors',
  'auth',
  'runs',
  'tools',
  'sdk-shims',
  'mcp',
  'admin',
  'http',
  'handlers',
]
const MAX_LINES = 300

/** External libraries of the functions, and the only layers that may import each. */
const OWNERS: Record<string, string[]> = {
  '@aws-sdk/client-dynamodb': ['aws'],
  '@aws-sdk/client-cloudwatch-logs': ['aws'],
  '@aws-sdk/client-secrets-manager': ['aws'],
  aws4: ['aws'],
  '@modelcontextprotocol/server': ['mcp'],
  'zod/v4': ['sdk-shims'],
  'zod/v4/core': ['sdk-shims'],
  zod: ['admin'],
  hono: ['http'],
  'aws-lambda': ['http', 'handlers'],
}

interface Import {
  from: string
  specifier: string
}

function filesUnder(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .filter(file => !path.basename(file).startsWith('compiled-'))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g,
  )
  return [...found].map(match => ({ from: file, specifier: match[1] ?? match[2] ?? '' }))
}

/** Files of the functions that the console may import: pure and without dependencies on Node. */
const PURE_FOR_THE_CONSOLE = [
  'lambda/catalog/filter-rule.ts',
  'lambda/connectors/connector.ts',
  'lambda/connectors/tool-group.ts',
  'lambda/shared/clock.ts',
  'lambda/shared/relative-time.ts',
]

/** Whether the file imports only types from there, which do not exist at run time. */
function isTypeOnly(file: string, specifier: string): boolean {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  const clauses = [...text.matchAll(/import\s+(type\s)?([^'"]*?)from\s+'([^']+)'/g)].filter(
    ([, , , from]) => from === specifier,
  )
  return clauses.every(([, type]) => type !== undefined)
}

const target = ({ from, specifier }: Import) =>
  path.relative(ROOT, path.resolve(ROOT, path.dirname(from), specifier))
const layerOf = (file: string) => file.split(path.sep)[1] ?? ''
const isOwn = ({ specifier }: Import) => specifier.startsWith('.')
const runtime = filesUnder('lambda')
const runtimeImports = runtime.flatMap(importsOf)

test('the test reads every layer and many imports', () => {
  expect(new Set(runtime.map(layerOf))).toEqual(new Set(LAYERS))
  expect(runtimeImports.length).toBeGreaterThan(runtime.length)
})

describe('layers', () => {
  test('a file imports its own layer and layers to its left, never to its right', () => {
    const wrong = runtimeImports
      .filter(isOwn)
      .filter(
        one =>
          LAYERS.indexOf(layerOf(target(one))) > LAYERS.indexOf(layerOf(one.from)) ||
          !target(one).startsWith(`lambda${path.sep}`),
      )
      .map(one => `${one.from} → ${one.specifier}`)
    expect(wrong).toEqual([])
  })

  test('each external library is imported by its layers only', () => {
    const wrong = runtimeImports
      .filter(one => !isOwn(one) && !one.specifier.startsWith('node:'))
      .filter(one => !(OWNERS[one.specifier] ?? []).includes(layerOf(one.from)))
      .map(one => `${one.from} → ${one.specifier}`)
    expect(wrong).toEqual([])
  })

  test('lib/ takes only names and word comparison from lambda/', () => {
    const lib = filesUnder('lib')
      .flatMap(importsOf)
      .filter(one => isOwn(one) && !target(one).startsWith('lib'))
    const shared = ['edit-distance.ts', 'names.ts'].map(file => path.join('lambda', 'shared', file))
    expect([...new Set(lib.map(target))].toSorted()).toEqual(shared)
  })

  test('the console imports pure files and types from lambda/, and one library', () => {
    const wrong = filesUnder('console').flatMap(file =>
      importsOf(file)
        .filter(one => !isTypeOnly(file, one.specifier))
        .filter(one =>
          isOwn(one)
            ? !target(one).startsWith('console') && !PURE_FOR_THE_CONSOLE.includes(target(one))
            : !/^preact(\/hooks)?$/.test(one.specifier),
        )
        .map(one => `${file} → ${one.specifier}`),
    )
    expect(wrong).toEqual([])
  })

  test('there are no import cycles', () => {
    const edges = new Map(runtime.map(file => [file, importsOf(file).filter(isOwn).map(target)]))
    const done = new Set<string>()
    const cycles: string[] = []
    const walk = (file: string, trail: string[]) => {
      if (trail.includes(file))
        return void cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
      if (done.has(file)) return
      for (const next of edges.get(file) ?? []) walk(next, [...trail, file])
      done.add(file)
    }
    for (const file of runtime) walk(file, [])
    expect(cycles).toEqual([])
  })
})

describe('files', () => {
  const all = ['lambda', 'lib', 'bin', 'sandbox', 'scripts', 'bench', 'console']
    .filter(folder => existsSync(path.join(ROOT, folder)))
    .flatMap(filesUnder)

  test(`none is longer than ${MAX_LINES} lines`, () => {
    const long = all.filter(
      file => readFileSync(path.join(ROOT, file), 'utf8').split('\n').length > MAX_LINES,
    )
    expect(long).toEqual([])
  })

  test('names are kebab-case, and none is a catch-all', () => {
    const wrong = all.filter(file => {
      const name = path.basename(file).replace(/(\.d)?\.tsx?$/, '')
      return (
        !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || /^(utils?|helpers?|common|misc|index|types)$/.test(name)
      )
    })
    expect(wrong).toEqual([])
  })

  test('only the logger, the entry points and the scripts write to a terminal', () => {
    const wrong = [...runtime, ...filesUnder('lib')].filter(file => {
      const text = readFileSync(path.join(ROOT, file), 'utf8')
      return (
        /\bconsole\.(log|info|warn|error|debug)\b|process\.(stdout|stderr)/.test(text) &&
        !file.endsWith('shared/logger.ts')
      )
    })
    expect(wrong).toEqual([])
  })
})
