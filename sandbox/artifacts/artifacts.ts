/** Artifacts: the files that an agent's runs produced, with signed links to download them. */
import { artifactItem, mayOpen } from '../access/item-access.ts'
import { agentById, findAgent } from '../agents/agents.ts'
import { personOf } from '../agents/people.ts'
import { type ArtifactFile, artifactFilesOf } from '../content/artifact-files.ts'
import { type ApiResponse, ok } from '../http/api-response.ts'
import { type Call, pathValue } from '../http/call.ts'
import { ApiError, notFound } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import { lettersOf } from '../http/ids.ts'
import { pageOf } from '../http/paging.ts'
import { timestamp } from '../http/timestamp.ts'
import { settleSessions } from '../sessions/find-session.ts'
import { isErased } from '../sessions/incognito.ts'
import { turnAt } from '../sessions/session-timeline.ts'
import type { SandboxState, SessionRecord, TurnRecord } from '../state/state.ts'
import { signUrl } from './signed-url.ts'

export interface ArtifactVersion {
  id: string
  majorVersion: number
  turn: TurnRecord
  createdAtMs: number
}

export interface Artifact {
  id: string
  session: SessionRecord
  file: ArtifactFile
  /** The name to show; null for the file's own. */
  shownName: string | null
  /** Oldest first, never empty. Each completed run of the session adds a version. */
  versions: [ArtifactVersion, ...ArtifactVersion[]]
}

export interface ArtifactContent {
  filename: string
  mediaType: string
  bytes: Buffer
}

/** The artifacts of a session, computed from its finished runs. */
function artifactsOf(state: SandboxState, session: SessionRecord, nowMs: number): Artifact[] {
  const { persona } = agentById(state, session.agentId)
  const completedRuns = session.turns.flatMap(turn => {
    if (isErased(session, turn.id)) return []
    const { state: turnState, endedAtMs } = turnAt(turn, nowMs)
    return turnState === 'completed' && endedAtMs !== null ? [{ turn, createdAtMs: endedAtMs }] : []
  })
  return artifactFilesOf(persona).flatMap(file => {
    const [first, ...rest] = completedRuns.map((run, i) => ({
      ...run,
      id: `ver_${lettersOf(`${run.turn.id}|${file.filename}`, 12)}`,
      majorVersion: i + 1,
    }))
    if (first === undefined) return []
    const versions: Artifact['versions'] = [first, ...rest]
    const id = `art_${lettersOf(`${session.id}|${file.filename}`, 12)}`
    const change = state.artifactChanges.find(entry => entry.artifactId === id)
    return change?.isDeleted === true
      ? []
      : [{ id, session, file, shownName: change?.name ?? null, versions }]
  })
}

export function newest(artifact: Artifact): ArtifactVersion {
  return artifact.versions.at(-1) ?? artifact.versions[0]
}

export function bytesOf(state: SandboxState, { file, session }: Artifact, version: ArtifactVersion): Buffer {
  const { name } = agentById(state, session.agentId)
  const run = {
    turnId: version.turn.id,
    agentName: name,
    input: version.turn.input,
    endedAtMs: version.createdAtMs,
  }
  return file.bytes(run)
}

/** @throws ApiError 404 */
function findVersion(state: SandboxState, nowMs: number, id: string, versionId: string | null) {
  for (const session of state.sessions) {
    const artifact = artifactsOf(state, session, nowMs).find(entry => entry.id === id)
    if (artifact === undefined) continue
    const version = versionId === null ? newest(artifact) : artifact.versions.find(v => v.id === versionId)
    if (version === undefined) throw notFound('artifact version', versionId ?? '')
    return { artifact, version }
  }
  throw notFound('artifact', id)
}

/** An artifact that the caller may open, and one of its versions; null is the newest. @throws ApiError 404 */
export function findArtifact(call: Call, id: string, versionId: string | null) {
  settleSessions(call)
  const found = findVersion(call.world.state, call.nowMs, id, versionId)
  if (mayOpen(call, artifactItem(id, found.artifact.session))) return found
  throw notFound('artifact', id)
}

/** The content that a signed link serves. @throws ApiError 404 */
export function artifactContent(
  state: SandboxState,
  nowMs: number,
  id: string,
  versionId: string,
): ArtifactContent {
  const { artifact, version } = findVersion(state, nowMs, id, versionId)
  const { filename, mediaType } = artifact.file
  return { filename, mediaType, bytes: bytesOf(state, artifact, version) }
}

function signedLink(call: Call, artifact: Artifact, version: ArtifactVersion): string {
  const name = encodeURIComponent(artifact.file.filename)
  return signUrl(call.world, `/gumloop-artifacts/${artifact.id}/${version.id}/${name}`, call.nowMs)
}

function artifactRecord(call: Call, artifact: Artifact) {
  const version = newest(artifact)
  const { session, file } = artifact
  return {
    id: artifact.id,
    version_id: version.id,
    major_version: version.majorVersion,
    agent_id: session.agentId,
    session_id: session.id,
    filename: file.filename,
    created_at: timestamp(version.createdAtMs),
    metadata: {
      media_type: file.mediaType,
      size: bytesOf(call.world.state, artifact, version).length,
      ...(artifact.shownName === null ? {} : { display_name: artifact.shownName }),
    },
    url: signedLink(call, artifact, version),
    creator: personOf(session.creatorId),
  }
}

export function listArtifacts(call: Call): ApiResponse {
  settleSessions(call)
  const { query, world, nowMs } = call
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const sessionId = textOrNull(query, 'session_id')
  const search = textOrNull(query, 'search_query')?.toLowerCase()
  const order = textOrNull(query, 'sort_order') ?? 'newest'
  if (order !== 'newest' && order !== 'oldest') {
    throw new ApiError(400, 'invalid_sort', 'sort_order must be newest or oldest.', { param: 'sort_order' })
  }
  const matching = world.state.sessions
    .filter(session => session.agentId === agent.id && (sessionId === null || session.id === sessionId))
    .flatMap(session => artifactsOf(world.state, session, nowMs))
    .filter(artifact => mayOpen(call, artifactItem(artifact.id, artifact.session)))
    .filter(
      ({ file, shownName }) =>
        search === undefined || `${shownName ?? ''}\n${file.filename}`.toLowerCase().includes(search),
    )
    .sort((a, b) => newest(a).createdAtMs - newest(b).createdAtMs)
  if (order === 'newest') matching.reverse()
  const page = pageOf(matching, `artifacts of ${agent.id}`, query, artifact => artifact.id)
  return ok({
    artifacts: page.entries.map(entry => artifactRecord(call, entry)),
    next_cursor: page.nextCursor,
  })
}

export function downloadArtifact(call: Call): ApiResponse {
  const { artifact, version } = findArtifact(
    call,
    pathValue(call, 'artifact_id'),
    textOrNull(call.query, 'version_id'),
  )
  return ok({
    download_url: signedLink(call, artifact, version),
    filename: artifact.file.filename,
    media_type: artifact.file.mediaType,
    size: bytesOf(call.world.state, artifact, version).length,
  })
}
