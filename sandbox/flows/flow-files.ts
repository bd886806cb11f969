/** Files of flows: uploads for `file` inputs, and downloads of what runs produced. */

import { toZip } from '../content/zip.ts'
import { type ApiResponse, ok } from '../http/api-response.ts'
import { decodeBase64 } from '../http/base64.ts'
import type { Call } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { objectsField, textField, textOrNull, textsField } from '../http/fields.ts'
import { mediaTypeOf } from '../http/media-type.ts'
import { flowRunAt } from './flow-run.ts'
import { findRun } from './flows.ts'

/** Stores a file under its base name, which is returned. Null when the name is missing or the content not base64. */
function storeFile(call: Call, entry: Record<string, unknown>): string | null {
  const name = (textField(entry, 'file_name') ?? '').split(/[/\\]/).at(-1)?.trim() ?? ''
  const content = textField(entry, 'file_content')
  const bytes = content === undefined ? null : decodeBase64(content)
  if (name === '' || bytes === null) return null
  const { state } = call.world
  state.flowFiles = state.flowFiles.filter(file => file.name !== name)
  state.flowFiles.push({ name, base64: bytes.toString('base64') })
  return name
}

export function uploadFile(call: Call): ApiResponse {
  for (const name of ['file_name', 'file_content']) {
    if (textOrNull(call.body, name) === null) throw badRequest(`Missing required parameter: ${name}.`)
  }
  const name = storeFile(call, call.body)
  if (name === null) throw badRequest('file_content is not valid base64.')
  return ok({ success: true, file_name: name })
}

/** Responds with 200 when all files were stored, 207 when some were, 500 when none was (docs/gumloop-api.md, Flow files). */
export function uploadFiles(call: Call): ApiResponse {
  const files = objectsField(call.body, 'files')
  if (files.length === 0) throw badRequest('Missing required parameter: files.')
  const uploaded: string[] = []
  const failed: string[] = []
  for (const [i, file] of files.entries()) {
    const name = storeFile(call, file)
    if (name === null) failed.push(textField(file, 'file_name') ?? `file ${i + 1}`)
    else uploaded.push(name)
  }
  if (failed.length === 0) return ok({ success: true, uploaded_files: uploaded })
  if (uploaded.length === 0)
    throw new ApiError(500, 'upload_failed', `None of the files could be stored: ${failed.join(', ')}.`)
  return { status: 207, json: { partial_success: true, uploaded_files: uploaded, failed_files: failed } }
}

/** A file that the run produced or that was uploaded. @throws ApiError 400 */
function fileOfRun(call: Call, runId: string, name: string): Buffer {
  const exists = call.world.state.flowRuns.some(run => run.id === runId)
  if (!exists) throw badRequest(`Run ${runId} not found.`)
  const { run, flow } = findRun(call, runId)
  const produced = flowRunAt(run, flow, call.nowMs).outcome.files[name]
  if (produced !== undefined) return Buffer.from(produced)
  const uploaded = call.world.state.flowFiles.find(file => file.name === name)
  if (uploaded === undefined) throw badRequest(`File ${name} not found in run ${runId}.`)
  return Buffer.from(uploaded.base64, 'base64')
}

function required(call: Call, name: string): string {
  const value = textOrNull(call.body, name)
  if (value === null) throw badRequest(`Missing required parameter: ${name}.`)
  return value
}

export function downloadFile(call: Call): ApiResponse {
  const name = required(call, 'file_name')
  const runId = required(call, 'run_id')
  required(call, 'saved_item_id')
  return { status: 200, bytes: fileOfRun(call, runId, name), contentType: mediaTypeOf(name) }
}

export function downloadFiles(call: Call): ApiResponse {
  const runId = required(call, 'run_id')
  const names = textsField(call.body, 'file_names')
  if (names.length === 0) throw badRequest('Missing required parameter: file_names.')
  const entries = names.map(name => ({ name, bytes: fileOfRun(call, runId, name) }))
  return { status: 200, bytes: toZip(entries), contentType: 'application/zip' }
}
