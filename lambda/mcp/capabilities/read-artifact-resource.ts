/** The content of an artifact as a resource: its text or its bytes, always complete. */
import type { ReadResourceResult } from '@modelcontextprotocol/server'
import { decodeText } from '../../gumloop/decode-text.ts'
import {
  ANY_BYTES,
  declaredCharset,
  declaredMediaType,
  kindOf,
  mediaTypeOf,
} from '../../gumloop/media-type.ts'
import type { Operation } from '../../gumloop/operation.ts'
import { toListPage } from '../../gumloop/paging.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { textOrNull } from '../../shared/wire-value.ts'
import { locate, open } from '../../tools/handlers/read-artifact.ts'
import type { Account } from '../../tools/with-account.ts'
import { agentIdByName, isSameName } from './agent-by-name.ts'
import type { ArtifactName } from './artifact-uri.ts'

/** 4 MB in base64, as for images in a result: it fits into a response of Lambda. */
const MAX_BYTES = 3 * 1024 * 1024

/** @throws AppError `not_found` when there is no such artifact, `payload_too_large`, and what Gumloop and the link give. */
export async function readArtifactResource(
  uri: string,
  name: ArtifactName,
  account: Account,
): Promise<ReadResourceResult> {
  const id = 'id' in name ? name.id : await idOf(name, account.operation)
  if (id === undefined) throw new AppError('not_found', 'There is no artifact with this name.')
  const wanted = { ...account, args: { artifact_id: id } }
  const artifact = await locate(wanted)
  const isTooLarge = artifact.size !== null && artifact.size > MAX_BYTES
  const file = isTooLarge ? undefined : await open(wanted, artifact, MAX_BYTES)
  if (file === undefined) {
    throw new AppError('payload_too_large', 'This artifact is larger than 3 MB, the limit for resources.', {
      nextStep: `Use read_gumloop_artifact with artifact_id ${id}: it reads text in parts, and links to other files.`,
    })
  }
  // Without its parameters: a file that an agent created must not pass for a page that a client renders itself.
  const declared = declaredMediaType(artifact.mediaType ?? undefined) ?? file.mediaType ?? ANY_BYTES
  const mimeType = declared === ANY_BYTES ? mediaTypeOf(artifact.filename ?? '') : declared
  const kind = kindOf(artifact.mediaType ?? file.mediaType, artifact.filename)
  const isText = kind === 'text' || kind === 'unknown'
  const decoded = isText
    ? decodeText(
        file.bytes,
        kind === 'text',
        declaredCharset(artifact.mediaType ?? undefined) ?? file.charset,
      )
    : undefined
  if (!decoded) return { contents: [{ uri, mimeType, blob: file.bytes.toString('base64') }] }
  const textType = mimeType === ANY_BYTES ? 'text/plain' : mimeType
  return { contents: [{ uri, mimeType: textType, text: decoded.text }] }
}

/** The newest artifact with that name. */
async function idOf(
  { agent, filename }: { agent: string; filename: string },
  operation: Operation,
): Promise<string | undefined> {
  const agentId = await agentIdByName(operation, agent)
  if (agentId === undefined) return undefined
  const args = { agent_id: agentId, search_query: filename, sort_order: 'newest', limit: 100 }
  const { value } = await operation('list_all_gumloop_artifacts', args)
  const { result } = toListPage({ kind: 'cursor', items: 'artifacts' }, args, value)
  const found = result.find(one => isObject(one) && isSameName(one.filename, filename))
  return (isObject(found) && textOrNull(found.id)) || undefined
}
