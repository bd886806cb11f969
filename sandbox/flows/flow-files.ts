/** Files of flows: uploads that `file` inputs name, and what runs leave behind. */

import { toZip } from '../content/zip.ts'
import { type Answer, ok } from '../http/answer.ts'
import { decodeBase64 } from '../http/base64.ts'
import type { Call } from '../http/call.ts'
import { Refusal } from '../http/error-response.ts'
import { objectsField, textField, textOrNull, textsField } from '../http/fields.ts'
import { mediaTypeOf } from '../http/media-type.ts'
import { flowRunAt } from './flow-run.ts'
import { findRun } from './flows.ts'

const refuse = (message: string) => new Refusal(400, 'invalid_request', message)

/** The name under which a file is kept: folders are cut off. Null: it has none, or its content is not base64. */
function keep(call: Call, entry: Record<string, unknown>): string | null {
  const name = (textField(entry, 'file_name') ?? '').split(/[/\\]/).at(-1)?.trim() ?? ''
  const content = textField(entry, 'file_content')
  const bytes = content === undefined ? null : decodeBase64(content)
  if (name === '' || bytes === null) return null
  const { state } = call.world
  state.flowFiles = state.flowFiles.filter(file => file.name !== name)
  state.flowFiles.push({ name, base64: bytes.toString('base64') })
  return name
}

export function uploadFile(call: Call): Answer {
  for (const name of ['file_name', 'file_content']) {
    if (textOrNull(call.body, name) === null) throw refuse(`Missing required parameter: ${name}.`)
  }
  const name = keep(call, call.body)
  if (name === null) throw refuse('file_content is not valid base64.')
  return ok({ success: true, file_name: name })
}

/** 200 when all files were stored, 207 when some were, 500 when none was (docs/gumloop-api.md, Flow files). */
export function uploadFiles(call: Call): Answer {
  const files = objectsField(call.body, 'files')
  if (files.length === 0) throw refuse('Missing required parameter: files.')
  const uploaded: string[] = []
  const failed: string[] = []
  for (const [i, file] of files.entries()) {
    const name = keep(call, file)
    if (name === null) failed.push(textField(file, 'file_name') ?? `file ${i + 1}`)
    else uploaded.push(name)
  }
  if (failed.length === 0) return ok({ success: true, uploaded_files: uploaded })
  if (uploaded.length === 0)
    throw new Refusal(500, 'upload_failed', `None of the files could be kept: ${failed.join(', ')}.`)
  return { status: 207, json: { partial_success: true, uploaded_files: uploaded, failed_files: failed } }
}

/** A file that the run made, or one that was uploaded. @throws Refusal 400 */
function fileOfRun(call: Call, runId: string, name: string): Buffer {
  const known = call.world.state.flowRuns.some(run => run.id === runId)
  if (!known) throw refuse(`Run ${runId} not found.`)
  const { run, flow } = findRun(call, runId)
  const made = flowRunAt(run, flow, call.nowMs).outcome.files[name]
  if (made !== undefined) return Buffer.from(made)
  const uploaded = call.world.state.flowFiles.find(file => file.name === name)
  if (uploaded === undefined) throw refuse(`File ${name} not found in run ${runId}.`)
  return Buffer.from(uploaded.base64, 'base64')
}

function required(call: Call, name: string): string {
  const value = textOrNull(call.body, name)
  if (value === null) throw refuse(`Missing required parameter: ${name}.`)
  return value
}

export function downloadFile(call: Call): Answer {
  const name = required(call, 'file_name')
  const runId = required(call, 'run_id')
  required(call, 'saved_item_id')
  return { status: 200, bytes: fileOfRun(call, runId, name), contentType: mediaTypeOf(name) }
}

export function downloadFiles(call: Call): Answer {
  const runId = required(call, 'run_id')
  const names = textsField(call.body, 'file_names')
  if (names.length === 0) throw refuse('Missing required parameter: file_names.')
  const entries = names.map(name => ({ name, bytes: fileOfRun(call, runId, name) }))
  return { status: 200, bytes: toZip(entries), contentType: 'application/zip' }
}
