/** Reads CHANGELOG.md, which follows Keep a Changelog: one section per release, newest first. */

/** One section of the changelog. `version` is `Unreleased` for what no release contains yet, and `date` is then absent. */
export interface ChangelogSection {
  version: string
  date?: string
  /** The Markdown below the heading, without surrounding blank lines. */
  text: string
}

/** A release that cannot be made; the message says what to change. */
export class ReleaseError extends Error {
  override name = 'ReleaseError'
}

const HEADING = /^## \[(?<version>[^\]]+)\](?: - (?<date>\d{4}-\d{2}-\d{2}))?$/

/** The sections in the order of the file. Throws a `ReleaseError` for a second-level heading of another form. */
export function changelogSections(changelog: string): ChangelogSection[] {
  return changelog
    .split(/^(?=## )/m)
    .slice(1)
    .map(section => {
      const [heading = '', ...lines] = section.split('\n')
      const { version, date } = HEADING.exec(heading)?.groups ?? {}
      if (version === undefined)
        throw new ReleaseError(`CHANGELOG.md: "${heading}" must read "## [1.2.3] - 2027-01-31".`)
      return { version, ...(date === undefined ? {} : { date }), text: lines.join('\n').trim() }
    })
}

/**
 * The changelog section of the release that `tag` (`v1.2.3`) stands for, as Markdown. Throws a `ReleaseError` when the tag
 * is not the version of the package, or when that version has no dated section with text.
 */
export function releaseNotes(changelog: string, tag: string, packageVersion: string): string {
  if (tag !== `v${packageVersion}`)
    throw new ReleaseError(`Tag ${tag} does not match version ${packageVersion} in package.json.`)
  const section = changelogSections(changelog).find(({ version }) => version === packageVersion)
  if (section?.date === undefined || section.text === '')
    throw new ReleaseError(
      `CHANGELOG.md needs a section "## [${packageVersion}] - DATE" that says what this release changes.`,
    )
  return section.text
}
