/** The versions of an artifact, the name that it is shown by, and its deletion. */
import { artifactItem, mayChangeAccess } from '../access/item-access.ts'
import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import { insufficientPermissions } from '../http/permissions.ts'
import { timestamp } from '../http/timestamp.ts'
import type { ArtifactChange } from '../state/access-state.ts'
import { type Artifact, bytesOf, findArtifact, newest } from './artifacts.ts'

const NAME_LIMIT = 255

/** Newest first. */
export function listArtifactVersions(call: Call): ApiResponse {
  const { artifact } = findArtifact(call, pathValue(call, 'artifact_id'), null)
  const current = newest(artifact)
  const versions = [...artifact.versions].reverse().map(version => ({
    version_id: version.id,
    major_version: version.majorVersion,
    created_ts: timestamp(version.createdAtMs),
    is_deployed: null,
    is_current: version === current,
    filename: artifact.file.filename,
    media_type: artifact.file.mediaType,
    size: bytesOf(call.world.state, artifact, version).length,
  }))
  return ok({ versions })
}

/**
 * The artifact of a request that changes it. JSON files of the sandbox live in Gumloop's versioned file system.
 * @throws ApiError 403 for a caller who may only read it, 400 for a file that cannot be changed here
 */
function changeable(call: Call, code: string, what: string): Artifact {
  const { artifact } = findArtifact(call, pathValue(call, 'artifact_id'), null)
  if (!mayChangeAccess(call, artifactItem(artifact.id, artifact.session)))
    throw insufficientPermissions(`Only its creator and editors ${what} it.`)
  if (artifact.file.mediaType === 'application/json')
    throw new ApiError(400, code, `You cannot ${what} a file of the versioned file system here.`)
  return artifact
}

function changeOf(call: Call, artifactId: string): ArtifactChange {
  const { artifactChanges } = call.world.state
  const found = artifactChanges.find(entry => entry.artifactId === artifactId)
  if (found !== undefined) return found
  const change: ArtifactChange = { artifactId, name: null, isDeleted: false }
  artifactChanges.push(change)
  return change
}

export function renameArtifact(call: Call): ApiResponse {
  const artifact = changeable(call, 'versioned_fs_rename_unsupported', 'rename')
  const name = textOrNull(call.body, 'name')
  if (name === null && call.body.name !== null) throw badRequest('name must not be blank.', 'name')
  if (name !== null && name.length > NAME_LIMIT)
    throw badRequest(`name must have at most ${NAME_LIMIT} characters.`, 'name')
  changeOf(call, artifact.id).name = name
  return ok({ name })
}

/** Signed links that were made before stop working too. */
export function deleteArtifact(call: Call): ApiResponse {
  const artifact = changeable(call, 'invalid_request', 'delete')
  changeOf(call, artifact.id).isDeleted = true
  return ok({ deleted: true })
}
