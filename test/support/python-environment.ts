/** Python packages for tests, installed below `.cache` and reused. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const CACHE = path.resolve(import.meta.dirname, '../../.cache')

/** The folder of `name` for these pins; `fill` makes it when it is missing. */
function cached(name: string, pins: string, fill: (folder: string) => void): string {
  const version = createHash('sha256').update(pins).digest('hex').slice(0, 12)
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
  return cached(name, readFileSync(requirements, 'utf8'), folder => {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' })
    execFileSync(
      path.join(folder, 'bin/pip'),
      ['install', '--quiet', '--disable-pip-version-check', '-r', requirements],
      { stdio: 'pipe' },
    )
  })
}

/**
 * The wheel of one package that a requirements file pins by hash, without what it needs. Downloaded once.
 * @param environment a virtual environment, for its pip
 */
export function pinnedWheel(environment: string, packageName: string, requirements: string): string {
  const lines = readFileSync(requirements, 'utf8').replace(/\\\n/g, ' ').split('\n')
  const pin = lines.find(line => line.startsWith(`${packageName}==`))
  if (pin === undefined) throw new Error(`${requirements} does not pin ${packageName}`)
  const folder = cached(`${packageName}-wheel`, pin, target => {
    mkdirSync(target)
    const file = path.join(target, 'pin.txt')
    writeFileSync(file, `${pin}\n`)
    const options = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--quiet', '--dest', target]
    execFileSync(path.join(environment, 'bin/pip'), ['download', ...options, '-r', file], { stdio: 'pipe' })
  })
  const wheel = readdirSync(folder).find(file => file.endsWith('.whl'))
  if (wheel === undefined) throw new Error(`pip downloaded no wheel for ${pin}`)
  return path.join(folder, wheel)
}
