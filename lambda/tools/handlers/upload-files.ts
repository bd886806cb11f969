/**
 * Uploads: takes files of the chat, base64 or text, and sends the bytes in the form that the operation expects. Every
 * error in the files is found before anything is sent.
 */

import { rejectedFiles } from '../../gumloop/error-body.ts'
import { fileNameError } from '../../gumloop/file-name.ts'
import { isMediaType } from '../../gumloop/media-type.ts'
import type { UploadFile } from '../../gumloop/multipart.ts'
import { AppError, type ValidationError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { recordOf, withOwnFields } from '../own-fields.ts'
import type { ToolHandler, ToolOutcome } from '../tool-call.ts'
import { collectFiles } from './collect-files.ts'

/** A tool that stores one file. */
export const uploadFile: ToolHandler = async call => {
  const { tool, args, operation } = call
  const { file, file_name, file_content, file_text, media_type, ...rest } = args
  const hasOwn = file_content !== undefined || file_text !== undefined
  if (hasOwn === (file !== undefined)) {
    const message = 'send either file (a file of the chat), or file_name with file_content or file_text'
    throw invalidFiles([{ path: 'file', message }])
  }
  const [found] = await collectFiles(
    call,
    isObject(file)
      ? { own: [], chat: [{ path: 'file', entry: renamed(file, file_name, media_type) }] }
      : { own: [{ path: '', entry: { file_name, file_content, file_text, media_type } }], chat: [] },
  )
  if (!found) throw new Error('one file in, one file out')
  const takesType = tool.plan?.bodyFields.includes('media_type') === true
  const result = await operation(tool.name, {
    ...rest,
    ...asJson(found),
    ...(takesType && { media_type: found.mediaType }),
  })
  return { structured: recordOf(tool, result) }
}

/** A name or a type beside a file of the chat replaces its own. */
function renamed(file: Record<string, unknown>, name: unknown, mediaType: unknown): Record<string, unknown> {
  const errors: ValidationError[] = []
  const nameError = typeof name === 'string' ? fileNameError(name) : undefined
  if (nameError !== undefined) errors.push({ path: 'file_name', message: nameError })
  if (typeof mediaType === 'string' && !isMediaType(mediaType))
    errors.push({ path: 'media_type', message: 'must be a media type such as text/csv' })
  if (errors.length > 0) throw invalidFiles(errors)
  return {
    ...file,
    ...(typeof name === 'string' && { file_name: name }),
    ...(typeof mediaType === 'string' && { mime_type: mediaType }),
  }
}

/** A tool that stores several files at once: as JSON, or as parts of a form. */
export const uploadFiles: ToolHandler = async call => {
  const { tool, args, operation } = call
  const { files, chat_files, ...rest } = args
  const found = await collectFiles(call, {
    own: entriesOf('files', files),
    chat: entriesOf('chat_files', chat_files),
  })
  const isForm = tool.plan?.body === 'multipart'
  const result = await operation(tool.name, { ...rest, files: isForm ? found : found.map(asJson) })
  return withFailures(recordOf(tool, result))
}

function entriesOf(field: string, value: unknown) {
  const items = Array.isArray(value) ? value.filter(isObject) : []
  return items.map((entry, index) => ({ path: `${field}[${index}]`, entry }))
}

function asJson({ fileName, bytes }: UploadFile) {
  return { file_name: fileName, file_content: bytes.toString('base64') }
}

/** A partial failure is a success that says what to send again; if nothing was stored it is an error, whatever the status. */
function withFailures(answer: Record<string, unknown>): ToolOutcome {
  const failed = Array.isArray(answer.failed_files) ? answer.failed_files.map(nameOf) : []
  const errors: ValidationError[] = [
    ...failed.map(path => ({ path, message: 'was not stored' })),
    ...rejectedFiles(answer.rejected),
  ]
  if (errors.length === 0) return { structured: answer }
  const stored = [answer.uploaded_files, answer.files].find(Array.isArray) ?? []
  if (stored.length === 0) {
    throw new AppError('upstream_rejected', 'Gumloop stored none of the files.', {
      errors,
      mayHaveTakenEffect: false,
    })
  }
  const names = errors.map(({ path, message }) => `${path} (${message})`).join(', ')
  const next_step = `${stored.length} stored, ${errors.length} not: ${names}. Fix those and send only them again.`
  return { structured: withOwnFields({ next_step }, answer) }
}

function nameOf(failed: unknown): string {
  if (isObject(failed) && typeof failed.file_name === 'string') return failed.file_name
  return String(failed)
}

function invalidFiles(errors: ValidationError[]): AppError {
  return new AppError('invalid_arguments', 'The files cannot be uploaded.', {
    errors,
    mayHaveTakenEffect: false,
  })
}
