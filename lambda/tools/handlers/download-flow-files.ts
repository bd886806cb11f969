/** Files of flow runs, which Gumloop sends as bytes: one file as its content, several (a zip archive) as the content of each. */
import { BytesAnswer } from '../../gumloop/read-response.ts'
import type { ZipEntry } from '../../gumloop/unzip.ts'
import { cutText } from '../../shared/cut-text.ts'
import { AppError } from '../../shared/errors.ts'
import { toJson } from '../../shared/json-text.ts'
import type { ContentBlock, ToolCall, ToolHandler } from '../tool-call.ts'
import { type FileView, fileBudget, nextPart, viewFile } from './file-view.ts'

/**
 * Bytes are attached as base64 only on request: a client may pass them to its model, where each costs about one token.
 */
const MAX_BLOB_BYTES = 1024 * 1024
/** At most this much is unpacked from one archive. */
const MAX_UNPACKED_BYTES = 20 * 1024 * 1024
/** What an entry of the list takes of the budget, beside its text. */
const ENTRY_CHARACTERS = 700
const MAX_LISTED_FILES = 50
/** Of a text that is listed, at least its beginning is shown. */
const LEAST_TEXT_CHARACTERS = 180

export const downloadFlowFile: ToolHandler = async call => {
  const { args } = call
  const name = String(args.file_name)
  const answer = await download(call)
  const offset = typeof args.offset === 'number' ? args.offset : 0
  const view = viewFile(
    { name, mediaType: answer.mediaType, charset: answer.charset, bytes: answer.bytes },
    offset,
    fileBudget(call.maxCharacters),
  )
  const blob = blobOf(call, answer, name, view)
  return {
    structured: { file_name: name, ...view.fields, next_step: nextStep(call, view, blob.length > 0) },
    content: [...view.content, ...blob],
  }
}

export const downloadFlowFiles: ToolHandler = async call => {
  const answer = await download(call)
  const { readZip } = await import('../../gumloop/unzip.ts') // half a millisecond of every cold start, for this one tool
  const entries = readZip(answer.bytes)
  const size = answer.bytes.length
  const blob = blobOf(call, answer, 'files.zip')
  if (entries === undefined) {
    const next_step =
      "Gumloop's response is not a readable zip archive: download the files one by one with download_a_gumloop_flow_file."
    return { structured: { files: [], file_count: 0, size, next_step }, content: blob }
  }
  const shown = showEntries(entries, call.maxCharacters)
  const partial = shown.some(({ next_offset }) => next_offset !== null)
  const next_step = [
    'Texts and images are shown; for other files only name and size.',
    partial && 'Some texts are cut: continue with download_a_gumloop_flow_file and offset = next_offset.',
    entries.length > shown.length &&
      `Only ${shown.length} of ${entries.length} files are listed: request fewer at once.`,
    blob.length > 0 && 'The archive is attached as base64.',
  ]
  return {
    structured: {
      files: shown.map(({ content: _, ...fields }) => fields),
      file_count: entries.length,
      size,
      next_step: next_step.filter(Boolean).join(' '),
    },
    content: [...shown.flatMap(({ content }) => content), ...blob],
  }
}

async function download({ tool, args, operation }: ToolCall): Promise<BytesAnswer> {
  const { value } = await operation(tool.name, args)
  if (!(value instanceof BytesAnswer)) throw new AppError('upstream_invalid', 'Gumloop sent no file.')
  return value
}

/** Each file's share of the budget is what the files before it left, divided by the number of files left. */
function showEntries(entries: readonly ZipEntry[], maxCharacters: number) {
  const whole = fileBudget(maxCharacters)
  const fitting = Math.floor(whole.textCharacters / (ENTRY_CHARACTERS + LEAST_TEXT_CHARACTERS))
  const listed = entries.slice(0, Math.min(fitting, MAX_LISTED_FILES))
  let text = whole.textCharacters - listed.length * ENTRY_CHARACTERS
  let images = whole.imageCharacters
  let unpacked = MAX_UNPACKED_BYTES
  return listed.map(({ name, sizeBytes, read }, index) => {
    const file_name = cutText(name, 255)
    const bytes = read(unpacked)
    if (bytes === undefined) {
      return { file_name, media_type: null, size: sizeBytes, text: null, next_offset: null, content: [] }
    }
    unpacked -= bytes.length
    const budget = { textCharacters: Math.floor(text / (listed.length - index)), imageCharacters: images }
    const { fields, content } = viewFile({ name, mediaType: null, bytes }, 0, budget)
    text -= fields.text === null ? 0 : toJson(fields.text).length
    for (const block of content) if (block.type === 'image') images -= block.data.length
    const { media_type, size, text: part, next_offset } = fields
    return { file_name, media_type, size, text: part, next_offset, content }
  })
}

function wantsBytes({ args }: ToolCall): boolean {
  return args.include_bytes === true
}

function blobOf(
  call: ToolCall,
  { bytes, mediaType }: BytesAnswer,
  name: string,
  view?: FileView,
): ContentBlock[] {
  if (!wantsBytes(call) || bytes.length > MAX_BLOB_BYTES) return []
  const run = encodeURIComponent(String(call.args.run_id).toWellFormed())
  const uri = `gumloop://flow-runs/${run}/files/${encodeURIComponent(name.toWellFormed())}`
  const mimeType = view?.fields.media_type ?? mediaType ?? 'application/zip'
  return [{ type: 'resource', resource: { uri, mimeType, blob: bytes.toString('base64') } }]
}

function nextStep(call: ToolCall, view: FileView, hasBlob: boolean): string {
  if (hasBlob) return 'The whole file is attached as base64.'
  const tooLarge = wantsBytes(call) && view.fields.size > MAX_BLOB_BYTES
  if (tooLarge)
    return 'It is larger than 1 MB, the limit for attached bytes: tell the user to open the run in Gumloop.'
  if (view.unreadable !== undefined) {
    const how =
      view.fields.size > MAX_BLOB_BYTES
        ? 'tell the user to open the run in Gumloop'
        : 'call again with include_bytes for its bytes as base64, if you can use them'
    return `${view.unreadable} To get it, ${how}.`
  }
  return view.content.length > 0 ? 'The image is attached.' : nextPart(view)
}
