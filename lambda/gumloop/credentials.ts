/** What Gumloop wants to know of a caller. Held in memory only; never logged, never part of an error. */
export interface GumloopCredentials {
  /** Personal or team API key. */
  apiKey: string
  /** Owner of a personal key, or the member that a team key acts as. */
  userId?: string
  /** The team of a team key; Gumloop also calls it project or workspace. */
  teamId?: string
}
