/** A data export: its state as JSON or, once it is completed and requested, the CSV itself, part by part. */
import { decodeBody } from '../../gumloop/decode-text.ts'
import { BytesAnswer } from '../../gumloop/read-response.ts'
import { AppError } from '../../shared/errors.ts'
import { parseObject } from '../../shared/json-value.ts'
import type { ToolHandler } from '../tool-call.ts'
import { fileBudget, nextPart, viewFile } from './file-view.ts'

export const getDataExport: ToolHandler = async ({ tool, args, operation, maxCharacters }) => {
  const { value } = await operation(tool.name, args)
  if (!(value instanceof BytesAnswer))
    throw new AppError('upstream_invalid', 'Gumloop sent no readable response.')
  const { bytes, mediaType, charset } = value
  const state = mediaType === 'text/csv' ? undefined : exportRecord(bytes)
  if (state !== undefined) return { structured: state }
  if (args.download !== true) {
    throw new AppError('upstream_invalid', "Gumloop's response is not JSON.")
  }
  const offset = typeof args.offset === 'number' ? args.offset : 0
  const view = viewFile({ name: 'export.csv', mediaType, charset, bytes }, offset, fileBudget(maxCharacters))
  const next_step = view.unreadable ?? nextPart(view)
  return {
    structured: { data_export_id: args.data_export_id, state: 'COMPLETED', ...view.fields, next_step },
  }
}

/** The record of an export; undefined if these bytes are not one. */
function exportRecord(bytes: Buffer): Record<string, unknown> | undefined {
  return bytes.length === 0 ? {} : parseObject(decodeBody(bytes, undefined))
}
