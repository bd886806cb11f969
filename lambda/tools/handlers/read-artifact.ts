/**
 * The content of an artifact, for a model that cannot open a link. The link is the one that Gumloop has just returned
 * for this artifact; a link of the caller's is never opened here.
 */
import type { Arguments } from '../../gumloop/build-request.ts'
import type { LinkedFile } from '../../gumloop/fetch-link.ts'
import { declaredCharset, kindOf, mediaTypeOf } from '../../gumloop/media-type.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { numberOrNull, textOrNull } from '../../shared/wire-value.ts'
import type { ToolCall, ToolHandler, ToolOutcome } from '../tool-call.ts'
import { urlExpiry } from './artifact-links.ts'
import { MAX_IMAGE_CHARACTERS } from './create-chat-completion.ts'
import { fileBudget, nextPart, viewFile } from './file-view.ts'

/** A text of this size has some two hundred parts: whoever needs all of it needs the link. */
const MAX_TEXT_BYTES = 20 * 1024 * 1024
const MAX_IMAGE_BYTES = (MAX_IMAGE_CHARACTERS / 4) * 3
/** How a storage service answers when a signature has expired or is not valid yet. */
const REFUSED_LINK = new Set([400, 401, 403, 404, 410])

/** What finding and opening an artifact needs of a call: `artifact_id` (and `version_id`), Gumloop, the link opener. */
export type ArtifactCall = Pick<ToolCall, 'args' | 'operation' | 'openLink'>

export interface Located {
  url: string
  filename: string | null
  mediaType: string | null
  /** According to Gumloop, in bytes; null if it does not say. */
  size: number | null
}

export const readArtifact: ToolHandler = async call => {
  const { args } = call
  const offset = typeof args.offset === 'number' ? args.offset : 0
  const artifact = await locate(call)
  const { filename, mediaType, size } = artifact
  const kind = kindOf(mediaType, filename)
  const maxBytes = kind === 'image' ? MAX_IMAGE_BYTES : MAX_TEXT_BYTES
  if (kind === 'binary') {
    return linkOnly(
      args,
      artifact,
      `It is neither text nor an image that can be shown (${typeOf(artifact)}).`,
    )
  }
  if (size !== null && size > maxBytes) return linkOnly(args, artifact, tooLarge(kind, maxBytes))
  const file = await open(call, artifact, maxBytes)
  if (file === undefined) return linkOnly(args, artifact, tooLarge(kind, maxBytes))
  const view = viewFile(
    {
      name: filename,
      mediaType: mediaType ?? file.mediaType,
      charset: declaredCharset(mediaType ?? undefined) ?? file.charset,
      bytes: file.bytes,
    },
    offset,
    fileBudget(call.maxCharacters),
  )
  if (view.unreadable !== undefined)
    return linkOnly(args, { ...artifact, size: file.bytes.length }, view.unreadable)
  const next_step = view.content.length > 0 ? 'The image stands beside this text.' : nextPart(view)
  return {
    structured: { artifact_id: args.artifact_id, filename, ...view.fields, next_step },
    content: view.content,
  }
}

/** Where the artifact's bytes are. @throws AppError, `not_found` among them. */
export async function locate({ args, operation }: ArtifactCall): Promise<Located> {
  const wanted: Arguments = { artifact_id: args.artifact_id }
  if (args.version_id !== undefined) wanted.version_id = args.version_id
  const { value } = await operation('get_single_gumloop_artifact_by_id', wanted)
  const record = isObject(value) ? value : {}
  const url = textOrNull(record.download_url)
  if (url === null)
    throw new AppError('upstream_invalid', 'Gumloop returned no download link for this artifact.')
  return {
    url,
    filename: textOrNull(record.filename),
    mediaType: textOrNull(record.media_type),
    size: numberOrNull(record.size),
  }
}

/** The bytes; undefined if there are too many. If the link is refused, a new one is requested, once. */
export async function open(
  call: ArtifactCall,
  artifact: Located,
  maxBytes: number,
): Promise<LinkedFile | undefined> {
  const fetch = (url: string) => call.openLink(url, { maxBytes })
  try {
    return await fetch(artifact.url).catch(async error => {
      if (!(error instanceof AppError) || !REFUSED_LINK.has(error.details.upstreamStatus ?? 0)) throw error
      return fetch((await locate(call)).url)
    })
  } catch (error) {
    if (error instanceof AppError && error.code === 'payload_too_large') return undefined
    throw error
  }
}

function tooLarge(kind: string, maxBytes: number): string {
  return `It is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB, the limit for ${kind === 'image' ? 'images' : 'files'} that this tool can read.`
}

function typeOf({ mediaType, filename }: Located): string {
  return mediaType ?? mediaTypeOf(filename ?? '')
}

/** What cannot be read here can still be downloaded. */
function linkOnly(args: Arguments, artifact: Located, reason: string): ToolOutcome {
  const { url, filename, size } = artifact
  const mimeType = typeOf(artifact)
  const name = filename ?? String(args.artifact_id)
  return {
    structured: {
      artifact_id: args.artifact_id,
      filename,
      media_type: mimeType,
      size,
      text: null,
      offset: null,
      next_offset: null,
      total_characters: null,
      download_url: url,
      url_expires_at: urlExpiry(url),
      next_step: `${reason} Give download_url to the user unchanged.`,
    },
    content: [{ type: 'resource_link', uri: url, name, mimeType, ...(size !== null && { size }) }],
  }
}
