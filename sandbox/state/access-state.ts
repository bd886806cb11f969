/** Sharing of artifacts, sessions and skills, and changes of artifacts, as plain data. */

export interface AccessRecord {
  /** `artifact`, `session` or `skill` with the item's id: `session/ses_…`. */
  item: string
  people: { email: string; role: string }[]
  teams: { teamId: string; role: string }[]
  organizationRole: string | null
  link: 'none' | 'anyone' | 'password'
  linkRole: string | null
  /** SHA-256 of the link's password, salted with the item; null without one. */
  passwordHash: string | null
}

export interface ArtifactChange {
  artifactId: string
  /** The name to show; null for the file's own. */
  name: string | null
  isDeleted: boolean
}
