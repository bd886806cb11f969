/**
 * `npx tsx scripts/release-notes.ts v1.2.3`: prints the changelog section of a release. Exit code 1 when the tag,
 * package.json and CHANGELOG.md do not name the same version.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ReleaseError, releaseNotes } from './release/changelog.ts'

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, '..', file), 'utf8')

try {
  const { version } = JSON.parse(read('package.json'))
  console.log(releaseNotes(read('CHANGELOG.md'), process.argv[2] ?? '', String(version)))
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
