/**
 * What `dist/` was built from, so that `npm start` builds only what has changed: a digest of every file that a build
 * reads, and digests of what it wrote. By content, since a checkout of another branch and back changes every time.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What can be built by itself: `npm run build -- --only PART`. */
export const PARTS = ['server', 'lambda', 'cli'] as const
export type Part = (typeof PARTS)[number]

/** Files that a part consists of, with `/`, from the root of the project. */
export type Outputs = Partial<Record<Part, string[]>>

/** Everything that a build may read, except the packages themselves: those are named by the lock file that npm keeps in them. */
const INPUT_FOLDERS = ['bin', 'catalog', 'console', 'lambda', 'lib', 'sandbox', 'scripts']
const INPUT_FILES = ['cdk.json', 'package.json', 'package-lock.json', 'node_modules/.package-lock.json']

/** Written by the build itself, beside its sources. */
const GENERATED = /^compiled-.*\.ts$/

interface Stamp {
  inputs: string
  /** Digests by file. */
  outputs: Record<string, string>
}

const stampFile = (root: string) => path.join(root, 'dist/build-stamp.json')

/** One digest over the options and over the names and contents of all inputs. */
export function inputsDigest(root: string, options: Record<string, boolean>): string {
  const files = INPUT_FOLDERS.flatMap(folder => filesUnder(root, folder))
  const hash = createHash('sha256').update(JSON.stringify(options))
  for (const file of [...files.sort(), ...INPUT_FILES]) {
    const content = readIfThere(path.join(root, file))
    hash.update(`${file}\0${content?.length ?? 'none'}\0`)
    if (content) hash.update(content)
  }
  return hash.digest('hex')
}

/** `outdated`: built from other inputs. `missing`: never built, or a file was removed or changed since. */
export function buildState(
  root: string,
  parts: readonly Part[],
  inputs: string,
): 'current' | 'outdated' | 'missing' {
  const stamps = readStamps(root)
  for (const part of parts) {
    const stamp = stamps[part]
    if (stamp === undefined) return 'missing'
    for (const [file, digest] of Object.entries(stamp.outputs))
      if (digestOf(path.join(root, file)) !== digest) return 'missing'
    if (stamp.inputs !== inputs) return 'outdated'
  }
  return 'current'
}

/** Notes what has just been built. Other parts keep their stamps. */
export function writeStamp(root: string, inputs: string, outputs: Outputs): void {
  const stamps = readStamps(root)
  for (const part of PARTS) {
    const files = outputs[part]
    if (files === undefined) continue
    stamps[part] = {
      inputs,
      outputs: Object.fromEntries(files.map(file => [file, digestOf(path.join(root, file)) ?? ''])),
    }
  }
  mkdirSync(path.dirname(stampFile(root)), { recursive: true })
  writeFileSync(stampFile(root), `${JSON.stringify(stamps, null, 1)}\n`)
}

function readStamps(root: string): Partial<Record<Part, Stamp>> {
  const text = readIfThere(stampFile(root))
  try {
    return text === undefined ? {} : JSON.parse(String(text))
  } catch {
    // Cut off by a kill: then everything is built anew.
    return {}
  }
}

/** Paths of everything in the folder, from `root`. Folders are among them, which have no content. */
function filesUnder(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map(name => path.posix.join(folder, name.replaceAll('\\', '/')))
    .filter(file => !GENERATED.test(path.posix.basename(file)) && !file.includes('node_modules/'))
}

function digestOf(file: string): string | undefined {
  const content = readIfThere(file)
  return content && createHash('sha256').update(content).digest('hex')
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
