import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { changelogSections, ReleaseError, releaseNotes } from '../../../scripts/release/changelog.ts'

const EXAMPLE = `# Changelog

What this file is.

## [Unreleased]

### Added

- Something new.

## [1.3.0] - 2027-02-28

### Fixed

- A defect.

## [1.2.0] - 2027-01-31

## [1.1.0]

- No date yet.
`

describe('release notes', () => {
  test('are the section of the tagged version, without its heading', () => {
    expect(releaseNotes(EXAMPLE, 'v1.3.0', '1.3.0')).toBe('### Fixed\n\n- A defect.')
  })

  test.each([
    ['v1.4.0', '1.3.0', 'Tag v1.4.0 does not match version 1.3.0'],
    ['1.3.0', '1.3.0', 'Tag 1.3.0 does not match'],
    ['', '1.3.0', 'does not match'],
    ['v1.4.0', '1.4.0', 'needs a section "## [1.4.0] - DATE"'],
    ['v1.2.0', '1.2.0', 'needs a section "## [1.2.0] - DATE"'],
    ['v1.1.0', '1.1.0', 'needs a section "## [1.1.0] - DATE"'],
    ['vUnreleased', 'Unreleased', 'needs a section'],
  ])('of tag "%s" at version %s are refused', (tag, version, message) => {
    expect(() => releaseNotes(EXAMPLE, tag, version)).toThrow(ReleaseError)
    expect(() => releaseNotes(EXAMPLE, tag, version)).toThrow(message)
  })

  test.each(['## 1.3.0 - 2027-02-28', '## [1.3.0] 2027-02-28', '## [1.3.0] - 28 Feb 2027'])(
    'a heading of another form is refused: %s',
    heading => {
      expect(() => changelogSections(`# Changelog\n\n${heading}\n\n- Text.\n`)).toThrow(heading)
    },
  )

  test('the command ends with 1 and one sentence when the tag is not the version', () => {
    const { status, stdout, stderr } = spawnSync('npx', ['tsx', 'scripts/release-notes.ts', 'v99.0.0'], {
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^Tag v99\.0\.0 does not match version [\d.]+ in package\.json\.\n$/)
  })
})

describe('CHANGELOG.md', () => {
  const changelog = readFileSync('CHANGELOG.md', 'utf8')
  const sections = changelogSections(changelog)
  const releases = sections.filter(({ version }) => version !== 'Unreleased')
  const numberOf = (version: string): number =>
    version.split('.').reduce((sum, part) => sum * 1_000 + Number(part), 0)

  test('has a section for the version of the package, or one for what is not released yet', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    const names = sections.map(section => section.version)
    expect(names.includes(version) || names.includes('Unreleased'), `sections: ${names}`).toBe(true)
  })

  test('lists releases once each, newest first, with a real date, after what is not released yet', () => {
    expect(releases.length).toBeGreaterThan(0)
    expect(sections.findIndex(({ version }) => version === 'Unreleased')).toBeLessThanOrEqual(0)
    for (const { version, date } of releases) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/)
      expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10), version).toBe(date)
    }
    const numbers = releases.map(({ version }) => numberOf(version))
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => b - a))
    const dates = releases.map(({ date }) => date ?? '')
    expect(dates).toEqual([...dates].sort().reverse())
  })

  test.each(sections.map(section => [section.version, section.text] as const))(
    'groups the changes of %s by kind, each with an entry',
    (_version, text) => {
      const groups = text.split(/^(?=### )/m).filter(group => group.startsWith('### '))
      expect(groups.length).toBeGreaterThan(0)
      for (const group of groups) {
        expect(group).toMatch(/^### (Added|Changed|Deprecated|Removed|Fixed|Security)\n\n- \S/)
      }
    },
  )
})
