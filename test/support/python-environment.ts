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
  mkdirSync(CACHE, { recursive: true })
  whileLocked(`${folder}.lock`, () => {
    if (existsSync(marker)) return
    rmSync(folder, { recursive: true, force: true })
    fill(folder)
    writeFileSync(marker, '')
  })
  return folder
}

const MAX_WAIT_MS = 5 * 60_000
const PAUSE_MS = 200

/** Test files run in several processes: one does the work, the others wait for it. A lock that is older is left over. */
function whileLocked(lock: string, work: () => void): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; !tryLock(lock); waitedMs += PAUSE_MS) {
    if (waitedMs > MAX_WAIT_MS) rmSync(lock, { recursive: true, force: true })
    Atomics.wait(sleeper, 0, 0, PAUSE_MS)
  }
  try {
    work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    return false
  }
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
