/** Files of an upload source. */
import { createHash } from 'node:crypto'
import { type ApiResponse, created, ok } from '../http/api-response.ts'
import { type Call, type MultipartPart, pathValue } from '../http/call.ts'
import { ApiError, badRequest, notFound } from '../http/error-response.ts'
import { nextId } from '../http/ids.ts'
import { pageOf } from '../http/paging.ts'
import { timestamp, timestampOrNull } from '../http/timestamp.ts'
import type { BrainFileRecord, BrainSourceRecord } from '../state/brain-state.ts'
import { changeableSource, sourceOfPath } from './sources.ts'
import { creditsFor, isIndexed, startSync, syncAt } from './syncs.ts'

const FILES_PER_UPLOAD = 25
const FILE_LIMIT_BYTES = 25 * 1024 * 1024
const FILES_PER_SOURCE = 500
const TEXT_LIMIT = 20_000
const EXTENSIONS = ['pdf', 'docx', 'txt', 'md', 'csv', 'html', 'json']
const TEXT_EXTENSIONS = ['txt', 'md', 'csv', 'html', 'json']

const extensionOf = (name: string) => name.split('.').at(-1)?.toLowerCase() ?? ''

function fileObject(source: BrainSourceRecord, file: BrainFileRecord, nowMs: number) {
  const hasEnded = isIndexed(source, file.createdAtMs, nowMs)
  const sync = source.syncs.find(entry => entry.createdAtMs >= file.createdAtMs)
  const indexedAtMs = sync === undefined ? null : syncAt(sync, nowMs).finishedAtMs
  return {
    id: file.id,
    file_name: file.fileName,
    mime_type: file.mediaType,
    size_bytes: file.sizeBytes,
    sha256: file.sha256,
    status: hasEnded ? 'indexed' : sync === undefined ? 'uploaded' : 'indexing',
    error: null,
    document_id: hasEnded ? `doc_${file.id}` : null,
    created_at: timestamp(file.createdAtMs),
    indexed_at: timestampOrNull(indexedAtMs),
  }
}

export function listBrainFiles(call: Call): ApiResponse {
  const source = sourceOfPath(call)
  const page = pageOf(source.files, `files of ${source.id}`, call.query, file => file.id)
  return ok({
    files: page.entries.map(file => fileObject(source, file, call.nowMs)),
    next_cursor: page.nextCursor,
  })
}

/** Why a file is not accepted; null when it is. */
function rejectionOf(part: MultipartPart): string | null {
  if (part.bytes.length === 0) return 'The file is empty.'
  if (part.bytes.length > FILE_LIMIT_BYTES) return 'A file must not exceed 25 MB.'
  if (!EXTENSIONS.includes(extensionOf(part.fileName ?? '')))
    return `Only these types are indexed: ${EXTENSIONS.join(', ')}.`
  return null
}

/** @throws ApiError 400 when no file is accepted, 409 for a paused or connected source */
export function uploadBrainFiles(call: Call): ApiResponse {
  const source = changeableSource(call)
  const parts = call.parts.filter(part => part.name === 'files' && part.fileName !== null)
  if (parts.length === 0 || parts.length > FILES_PER_UPLOAD)
    throw new ApiError(400, 'no_files_accepted', `Send 1 to ${FILES_PER_UPLOAD} files.`, { param: 'files' })
  if (source.sourceType !== 'direct_file_uploads')
    throw badRequest('Files can be uploaded to upload sources only.', 'source_id')
  if (source.status === 'paused') throw new ApiError(409, 'source_paused', 'The source is paused.')
  const checked = parts.map(part => ({ part, error: rejectionOf(part) }))
  const rejected = checked.flatMap(({ part, error }) =>
    error === null ? [] : [{ file_name: part.fileName ?? '', error }],
  )
  const accepted = checked.filter(({ error }) => error === null).map(({ part }) => part)
  if (accepted.length === 0)
    throw new ApiError(400, 'no_files_accepted', 'No file was accepted.', { details: { rejected } })
  if (source.files.length + accepted.length > FILES_PER_SOURCE)
    throw badRequest(`The sandbox stores at most ${FILES_PER_SOURCE} files in a source.`, 'files')
  const files = accepted.map((part): BrainFileRecord => {
    const fileName = part.fileName ?? ''
    const isText = TEXT_EXTENSIONS.includes(extensionOf(fileName))
    return {
      id: nextId(call.world.state, 'file_'),
      fileName,
      mediaType: part.mediaType ?? 'application/octet-stream',
      sizeBytes: part.bytes.length,
      sha256: createHash('sha256').update(part.bytes).digest('hex'),
      text: isText ? part.bytes.toString('utf8').slice(0, TEXT_LIMIT) : '',
      createdAtMs: call.nowMs,
    }
  })
  source.files.push(...files)
  const tokens = Math.ceil(files.reduce((sum, file) => sum + file.sizeBytes, 0) / 4)
  const sync =
    source.status === 'draft' ? null : startSync(call, source, 'upload', files.length, creditsFor(tokens))
  return created({
    files: files.map(file => fileObject(source, file, call.nowMs)),
    rejected,
    sync_run_id: sync?.id ?? null,
  })
}

export function deleteBrainFile(call: Call): ApiResponse {
  const source = changeableSource(call)
  const id = pathValue(call, 'file_id')
  const remaining = source.files.filter(file => file.id !== id)
  if (remaining.length === source.files.length) throw notFound('file', id)
  source.files = remaining
  return ok({ deleted: true })
}
