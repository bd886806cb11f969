/** Files in the arguments of a call → their bytes: decoded, or downloaded from the chat. Everything is checked before anything is sent. */
import { decodeBase64 } from '../../gumloop/base64.ts'
import { chatFileName, fileNameError } from '../../gumloop/file-name.ts'
import { ANY_BYTES, extensionFor, isMediaType, mediaTypeOf } from '../../gumloop/media-type.ts'
import type { UploadFile } from '../../gumloop/multipart.ts'
import { ErrorList } from '../../shared/error-list.ts'
import { AppError, type ErrorCode, type ValidationError } from '../../shared/errors.ts'
import type { ToolCall } from '../tool-call.ts'

/** One file as the caller sent it, and its path in the arguments (empty: at the top). */
export interface FileEntry {
  path: string
  entry: Record<string, unknown>
}

export interface FileSources {
  /** `file_name` with `file_content` (base64) or `file_text`, and optionally `media_type`. */
  own: FileEntry[]
  /** What ChatGPT fills in: `download_url`, `file_id`, `file_name?`, `mime_type?`. */
  chat: FileEntry[]
}

/** A request body is smaller than that; files of a chat can be larger, and sending them as base64 takes four times their size in memory. */
const MAX_TOTAL_BYTES = 25 * 1024 * 1024
const MEGABYTE = 1024 * 1024

/**
 * The files in the order given, the caller's own first. Nothing has been sent to Gumloop when this throws.
 * @throws AppError `invalid_arguments` with all errors of the caller's own files at once, or those of a link;
 *   `payload_too_large`; `upstream_unavailable`, `upstream_timeout` and `cancelled` for a link.
 */
export async function collectFiles(call: ToolCall, { own, chat }: FileSources): Promise<UploadFile[]> {
  checkCount(call, own.length + chat.length)
  const errors = new ErrorList()
  const names = new Set<string>()
  const files = own.flatMap(one => {
    const file = ownFile(one, errors)
    if (file && names.has(file.fileName))
      errors.add(`${one.path}.file_name`, 'is also the name of another file')
    if (file) names.add(file.fileName)
    return file ?? []
  })
  if (errors.count > 0) throw unusable('invalid_arguments', errors.toArray())
  const { fileBytes = MAX_TOTAL_BYTES, totalBytes = MAX_TOTAL_BYTES } = call.tool.plan?.uploadLimits ?? {}
  const maxTotal = Math.min(totalBytes, MAX_TOTAL_BYTES)
  let usedBytes = 0
  for (const [index, { path, entry }] of [...own, ...chat].entries()) {
    const maxBytes = Math.min(fileBytes, maxTotal - usedBytes)
    const known = files[index]
    if (known) {
      if (known.bytes.length > maxBytes) throw tooLarge(path, fileBytes, maxTotal)
      usedBytes += known.bytes.length
      continue
    }
    const fetched = await chatFile(call, { path, entry }, index + 1, maxBytes).catch(error => {
      throw error instanceof AppError && error.code === 'payload_too_large'
        ? tooLarge(path, fileBytes, maxTotal)
        : error
    })
    const fileName = uniqueName(fetched.fileName, names)
    names.add(fileName)
    usedBytes += fetched.bytes.length
    files.push({ ...fetched, fileName })
  }
  return files
}

function checkCount({ tool }: ToolCall, count: number): void {
  if (count === 0)
    throw unusable('invalid_arguments', [
      { path: 'files', message: 'send files, or chat_files (files of the chat)' },
    ])
  const max = tool.definition.inputSchema.properties?.files?.maxItems
  // A tool for one file has no list; every list has a limit.
  if (max === undefined || count <= max) return
  throw unusable('invalid_arguments', [
    { path: 'files', message: `files and chat_files together must be at most ${max}, not ${count}` },
  ])
}

/** A file in the arguments themselves; its errors are added to `errors`. */
function ownFile({ path, entry }: FileEntry, errors: ErrorList): UploadFile | undefined {
  const { count } = errors
  const error = (field: string, message: string) =>
    errors.add(path === '' ? field : `${path}.${field}`, message)
  const fileName = typeof entry.file_name === 'string' ? entry.file_name : ''
  const nameError = entry.file_name === undefined ? 'is required' : fileNameError(fileName)
  if (nameError !== undefined) error('file_name', nameError)
  const mediaType = typeof entry.media_type === 'string' ? entry.media_type : mediaTypeOf(fileName)
  if (!isMediaType(mediaType)) error('media_type', 'must be a media type such as text/csv')
  const { file_content: content, file_text: text } = entry
  let bytes: Buffer = Buffer.alloc(0)
  if (typeof content === 'string' && typeof text === 'string')
    error('file_text', 'cannot be combined with file_content')
  else if (typeof content === 'string') {
    const decoded = decodeBase64(content)
    if ('error' in decoded) error('file_content', decoded.error)
    else bytes = decoded
  } else if (typeof text !== 'string') error('file_content', 'is required (base64) unless file_text is set')
  else if (text === '') error('file_text', 'must not be empty')
  else bytes = Buffer.from(text)
  return errors.count > count ? undefined : { fileName, mediaType, bytes }
}

/** A file of the chat, downloaded by the server. The link comes from the caller, so the strictest rules apply to it. */
async function chatFile(
  call: ToolCall,
  { path, entry }: FileEntry,
  position: number,
  maxBytes: number,
): Promise<UploadFile> {
  const link = String(entry.download_url)
  const file = await call.openLink(link, { maxBytes }).catch(error => {
    throw error instanceof AppError ? linkError(error, path) : error
  })
  const name = typeof entry.file_name === 'string' ? entry.file_name : undefined
  const declared = [entry.mime_type, file.mediaType].find(
    (type): type is string => typeof type === 'string' && isMediaType(type) && type !== ANY_BYTES,
  )
  const fileName = chatFileName(name, link, position, extensionFor(declared ?? ANY_BYTES))
  return { fileName, mediaType: declared ?? mediaTypeOf(fileName), bytes: file.bytes }
}

/** The status of a link is not Gumloop's, so it is reported in the message alone. */
function linkError({ code, message }: AppError, path: string): AppError {
  const isLinksError = code === 'upstream_invalid' || code === 'upstream_rejected'
  const errors = [{ path: `${path}.download_url`, message }]
  const nextStep = 'Attach the file to the chat again, or send its content as file_content.'
  return unusable(isLinksError ? 'invalid_arguments' : code, errors, isLinksError ? nextStep : undefined)
}

function tooLarge(path: string, fileBytes: number, totalBytes: number): AppError {
  const limit =
    fileBytes < totalBytes
      ? `${fileBytes / MEGABYTE} MB per file, ${totalBytes / MEGABYTE} MB in total`
      : `${totalBytes / MEGABYTE} MB in total`
  return unusable('payload_too_large', [{ path, message: `is too large: at most ${limit}` }])
}

function unusable(code: ErrorCode, errors: ValidationError[], nextStep?: string): AppError {
  const details = { errors, mayHaveTakenEffect: false, ...(nextStep !== undefined && { nextStep }) }
  return new AppError(code, 'The files cannot be uploaded.', details)
}

/** A second `image.png` becomes `image (2).png`: chats give all pictures the same name, and Gumloop would store only the last. */
function uniqueName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  let candidate = name
  for (let count = 2; taken.has(candidate); count++) candidate = `${stem} (${count})${extension}`
  return candidate
}
