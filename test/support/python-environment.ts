/** Python packages for tests, installed below `.cache` and reused. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const CACHE = path.resolve(import.meta.dirname, '../../.cache')

/** The folder of `name` for this version of the requirements; `fill` makes it when it is missing. */
function cached(name: string, requirements: string, fill: (folder: string) => void): string {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const folder = path.join(CACHE, `${name}-${version}`)
  const marker = path.join(folder, '.complete')
  if (existsSync(marker)) return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(CACHE, { recursive: true })
  fill(folder)
  writeFileSync(marker, '')
  return folder
}

/** A virtual environment with pinned requirements, created once per set of them. Returns its folder. */
export function pythonEnvironment(name: string, requirements: string): string {
  return cached(name, requirements, folder => {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' })
    execFileSync(
      path.join(folder, 'bin/pip'),
      ['install', '--quiet', '--disable-pip-version-check', '-r', requirements],
      { stdio: 'pipe' },
    )
  })
}

/**
 * The one wheel that a requirements file names with its hash, downloaded once. Returns the file.
 * @param environment a virtual environment, for its pip
 */
export function pinnedWheel(environment: string, name: string, requirements: string): string {
  const folder = cached(name, requirements, target => {
    const options = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--quiet', '--dest', target]
    execFileSync(path.join(environment, 'bin/pip'), ['download', ...options, '-r', requirements], {
      stdio: 'pipe',
    })
  })
  const wheel = readdirSync(folder).find(file => file.endsWith('.whl'))
  if (wheel === undefined) throw new Error(`pip downloaded no wheel for ${requirements}`)
  return path.join(folder, wheel)
}
