/** The files of a run in its result: small texts whole, everything else as a link that a person can open. */
import { kindOf } from '../../gumloop/media-type.ts'
import { mayUse } from '../../runs/observe/connector-rules.ts'
import type { ArtifactNote } from '../../runs/observe/run-snapshot.ts'
import { toAppError } from '../../shared/errors.ts'
import type { ToolCall } from '../tool-call.ts'
import { urlExpiry } from './artifact-links.ts'
import { viewFile } from './file-view.ts'
import { locate, open } from './read-artifact.ts'

const GET_ARTIFACT = 'get_single_gumloop_artifact_by_id'
const READ_ARTIFACT = 'read_gumloop_artifact'
/** A larger text is read with `read_gumloop_artifact`, part by part. */
const MAX_INLINE_BYTES = 12_000
/** Files of one call that get a link: each costs a request to Gumloop. */
const MAX_LINKS = 12

/** What is left of a call for the texts and links of files. */
export interface FilesBudget {
  characters: number
  links: number
}

/** @param characters of text in all files of the call */
export function filesBudget(characters: number): FilesBudget {
  return { characters, links: MAX_LINKS }
}

/** Each file as far as the budget goes; of the rest, id and name, which are enough to get it. */
export async function describeFiles(
  call: ToolCall,
  artifacts: readonly ArtifactNote[],
  budget: FilesBudget,
): Promise<Record<string, unknown>[]> {
  const { mayCall } = call
  const files: Record<string, unknown>[] = []
  for (const { id, filename, media_type, size } of artifacts) {
    const note = { artifact_id: id, filename, media_type, size }
    if (budget.links <= 0 || !mayUse(GET_ARTIFACT, mayCall)) {
      files.push(note)
      continue
    }
    budget.links--
    files.push({ ...note, ...(await linkAndText(call, id, budget)) })
  }
  return files
}

/** A file that cannot be opened must not cost the run's result. */
async function linkAndText(
  call: ToolCall,
  artifactId: string,
  budget: FilesBudget,
): Promise<Record<string, unknown>> {
  const { operation, openLink, mayCall } = call
  try {
    const part = { args: { artifact_id: artifactId }, operation, openLink }
    const found = await locate(part)
    const link = mayCall(GET_ARTIFACT)
      ? { download_url: found.url, url_expires_at: urlExpiry(found.url) }
      : {}
    const { size } = found
    const isSmallText =
      kindOf(found.mediaType, found.filename) === 'text' && size !== null && size <= MAX_INLINE_BYTES
    if (!isSmallText || size > budget.characters || !mayCall(READ_ARTIFACT)) return link
    const file = await open(part, found, MAX_INLINE_BYTES)
    if (file === undefined) return link
    const {
      name = found.filename,
      mediaType = found.mediaType,
      bytes,
      charset,
    } = { ...file, name: found.filename }
    const { fields } = viewFile({ name, mediaType, charset: charset ?? null, bytes }, 0, {
      textCharacters: budget.characters,
      imageCharacters: 0,
    })
    if (fields.text === null || fields.next_offset !== null) return link
    budget.characters -= fields.text.length
    return { ...link, text: fields.text }
  } catch (error) {
    const { code, message } = toAppError(error)
    if (code === 'cancelled' || code === 'unauthorized') throw error
    return { note: `This file could not be opened just now: ${message}` }
  }
}
