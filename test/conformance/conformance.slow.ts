/** The official conformance suite against the product, and against its own fixtures on the product's HTTP layer. */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningBuild, START } from './builds.ts'
import { conformanceDocument, type Runs } from './document.ts'
import { expectedShortfall, readExceptions, shortfall } from './expected-failures.ts'
import { runSuite, SUITES } from './suite.ts'

const runs: Runs = { product: new Map(), fixtures: new Map() }

describe.each(['product', 'fixtures'] as const)('%s', build => {
  let running: RunningBuild
  beforeAll(async () => {
    running = await START[build]()
  })
  afterAll(() => running.stop())

  test.each(SUITES)('$name ($version): the failures are the expected ones', async suite => {
    const verdicts = await runSuite(suite, running.url)
    runs[build].set(suite.name, verdicts)
    expect(verdicts.size).toBeGreaterThan(30)
    expect(shortfall(verdicts)).toEqual(expectedShortfall(readExceptions(build), suite.name))
  })
})

test.each(SUITES)('$name: every failure of the product is a missing fixture', ({ name }) => {
  const withFixtures = runs.fixtures.get(name) ?? new Map()
  const listed = new Set(expectedShortfall(readExceptions('fixtures'), name))
  const unexplained = shortfall(runs.product.get(name) ?? new Map()).filter(
    line => !listed.has(line) && withFixtures.get(line.split(' ')[1] ?? '') !== 'SUCCESS',
  )
  expect(unexplained).toEqual([])
})

test('docs/conformance.md matches this run (vitest -u writes it)', async () => {
  await expect(conformanceDocument(runs)).toMatchFileSnapshot(
    path.resolve(import.meta.dirname, '../../docs/conformance.md'),
  )
})
