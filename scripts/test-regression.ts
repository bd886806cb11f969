/**
 * `npm run test:regression [-- --against REF]`: the tests in test/regression against this checkout, or against another
 * commit, which is checked out, installed and built below `.cache/regression/`. Against another commit it reports how
 * many of them fail there: each was written for a defect that this version no longer has.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { countOutcomes, reportOf } from './regression/outcomes.ts'

const ROOT = path.join(import.meta.dirname, '..')
const CACHE = path.join(ROOT, '.cache/regression')

const run = (command: string, args: string[], cwd: string) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })

/** The folder of the built checkout of `ref`. Kept for the next time. */
function prepare(ref: string): string {
  const commit = execFileSync('git', ['rev-parse', '--verify', `${ref}^{commit}`], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim()
  const folder = path.join(CACHE, commit)
  if (existsSync(path.join(folder, 'dist/server.cjs'))) return folder
  mkdirSync(CACHE, { recursive: true })
  console.log(`Preparing ${commit.slice(0, 7)} …`)
  if (!existsSync(folder)) run('git', ['worktree', 'add', '--force', '--detach', folder, commit], ROOT)
  run('npm', ['ci', '--no-audit', '--no-fund'], folder)
  run('npm', ['run', '-s', 'build', '--', '--quiet'], folder)
  return folder
}

const { values } = parseArgs({ options: { against: { type: 'string' } } })
const vitest = ['vitest', 'run', 'test/regression']
if (values.against === undefined) {
  const { status } = spawnSync('npx', vitest, { cwd: ROOT, stdio: 'inherit' })
  process.exitCode = status ?? 1
} else {
  const target = prepare(values.against)
  const outputFile = path.join(CACHE, 'outcomes.json')
  spawnSync('npx', [...vitest, '--reporter=json', `--outputFile=${outputFile}`], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, REGRESSION_TARGET: target },
  })
  const outcomes = countOutcomes(JSON.parse(readFileSync(outputFile, 'utf8')), ROOT)
  console.log(reportOf(outcomes, values.against))
  process.exitCode = outcomes.passed.length === 0 && outcomes.failed.length > 0 ? 0 : 1
}
