/** What Gumloop's Python SDK can send and read, taken from the source in its wheel. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DescriptionError } from '../catalog/read-description.ts'

/** Fields by name; null where the SDK leaves the value open. */
export type SdkFields = { [name: string]: SdkFields | null }

export interface SdkEndpoint {
  method: string
  /** With `{}` for each parameter: `/agents/{}/triggers/{}`. */
  path: string
  /** The methods that send it, such as `Agents.list` and `AsyncAgents.list`. */
  sentAs: string[]
  query: string[]
  body: SdkFields | null
  response: SdkFields | null
}

export interface SdkSurface {
  version: string
  endpoints: SdkEndpoint[]
}

const READER = path.join(import.meta.dirname ?? '.', 'read-sdk-wheel.py')
const PACKAGE = 'gumloop'
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/** @throws DescriptionError when Python is missing or fails; the message ends with what Python said last */
function python(args: string[]): string {
  try {
    return execFileSync('python3', args, {
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT_BYTES,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string }
    if (code === 'ENOENT') throw new DescriptionError('python3 is not installed: it reads the SDK.')
    throw new DescriptionError((stderr ?? '').trim().split('\n').at(-1) ?? 'python3 failed.')
  }
}

/**
 * Reads the source in a wheel; nothing of the package is run or installed.
 * @throws DescriptionError for a file that is no wheel of the SDK, and for a request whose path cannot be read
 */
export function readWheel(file: string): SdkSurface {
  const surface: SdkSurface = JSON.parse(python([READER, file]))
  if (surface.endpoints.length === 0) throw new DescriptionError(`${file} contains no endpoint.`)
  return surface
}

/** Downloads the newest wheel from the package index that pip uses, reads it and deletes it. @throws DescriptionError */
export function readNewestWheel(): SdkSurface {
  const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-sdk-'))
  try {
    python([
      '-m',
      'pip',
      'download',
      PACKAGE,
      '--no-deps',
      '--only-binary=:all:',
      '--quiet',
      '--dest',
      folder,
    ])
    const [wheel] = readdirSync(folder)
    if (wheel === undefined) throw new DescriptionError('pip downloaded nothing.')
    return readWheel(path.join(folder, wheel))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
