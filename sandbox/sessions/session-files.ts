/** Files uploaded to a session, to be attached to its messages. */
import { type ApiResponse, created } from '../http/api-response.ts'
import { decodeBase64 } from '../http/base64.ts'
import type { Call } from '../http/call.ts'
import { ApiError } from '../http/error-response.ts'
import { textField, textOrNull } from '../http/fields.ts'
import { findSession } from './find-session.ts'

/** Stores name, type and size only: no operation returns the bytes. */
export function uploadSessionFile(call: Call): ApiResponse {
  const session = findSession(call)
  const name = (textField(call.body, 'file_name') ?? '').split(/[/\\]/).at(-1)?.trim() ?? ''
  if (name === '' || name === '.' || name === '..') {
    throw new ApiError(400, 'invalid_file_name', 'file_name must name a file.', { param: 'file_name' })
  }
  const bytes = decodeBase64(textField(call.body, 'file_content') ?? '')
  if (bytes === null) {
    throw new ApiError(400, 'invalid_file_content', 'file_content is not valid base64.', {
      param: 'file_content',
    })
  }
  const path = `sessions/${session.id}/${name}`
  const mediaType = textOrNull(call.body, 'media_type')
  session.files = session.files.filter(file => file.path !== path)
  session.files.push({ path, mediaType, sizeBytes: bytes.length })
  return created({ file_name: path, media_type: mediaType, size: bytes.length })
}
