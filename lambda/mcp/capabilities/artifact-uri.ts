/** URIs of artifacts as resources: by id, or by agent and file name. Pure. */

export const BY_ID = 'gumloop://artifacts/{id}'
export const BY_NAME = 'gumloop://agents/{agent}/artifacts/{filename}'

export type ArtifactName = { id: string } | { agent: string; filename: string }

/** Longer than any name in Gumloop. */
const MAX_NAME_CHARACTERS = 300

/** The artifact that a URI of one of the two templates names; undefined for any other text. */
export function parseArtifactUri(uri: string): ArtifactName | undefined {
  if (uri.length > 4 * MAX_NAME_CHARACTERS) return undefined
  const byId = /^gumloop:\/\/artifacts\/([^/?#]+)$/.exec(uri)
  if (byId) {
    const id = decode(byId[1])
    return id === undefined ? undefined : { id }
  }
  const byName = /^gumloop:\/\/agents\/([^/?#]+)\/artifacts\/([^/?#]+)$/.exec(uri)
  const agent = decode(byName?.[1])
  const filename = decode(byName?.[2])
  return agent === undefined || filename === undefined ? undefined : { agent, filename }
}

function decode(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined
  try {
    const name = decodeURIComponent(segment)
    return name.length <= MAX_NAME_CHARACTERS && !/\p{Cc}/u.test(name) && name.isWellFormed()
      ? name
      : undefined
  } catch {
    return undefined
  }
}
