/** The arguments of one call: coerced and checked against what the tool takes. Pure. */

import { acceptedSchema } from '../catalog/accepted-schema.ts'
import { checkArguments } from '../catalog/check-arguments.ts'
import { coerceArguments } from '../catalog/coerce-arguments.ts'
import { completeTimes } from '../catalog/complete-times.ts'
import type { CatalogTool } from '../catalog/tool.ts'
import type { Arguments } from '../gumloop/build-request.ts'
import { cutText } from '../shared/cut-text.ts'
import { ErrorList } from '../shared/error-list.ts'
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'

export interface Prepared {
  args: Arguments
  /** Keys that resemble no field and were dropped, each at most 80 characters. */
  ignored: string[]
}

/**
 * `id` is the id in the operation's path, whatever Gumloop calls it.
 * @throws AppError `invalid_arguments` with every error.
 */
export function prepareArguments(tool: CatalogTool, sent: unknown): Prepared {
  const schema = acceptedSchema(tool)
  const { args, ignored } = coerceArguments(schema, withOwnId(tool, sent), tool.refusesUnknownKeys !== true)
  const timeErrors = new ErrorList()
  const completed = isObject(args) ? completeTimes(args, tool.plan?.timeFields ?? [], timeErrors) : {}
  const errors = [...checkArguments(schema, args), ...timeErrors.toArray()]
  if (errors.length > 0) {
    const isChange = !tool.definition.annotations.readOnlyHint
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`
    throw new AppError('invalid_arguments', `Invalid arguments for ${tool.name}: ${count}.`, {
      errors,
      ...(isChange && { mayHaveTakenEffect: false }),
    })
  }
  return { args: completed, ignored: ignored.map(name => cutText(name, 80)) }
}

function withOwnId({ plan }: CatalogTool, sent: unknown): unknown {
  const ownId = plan?.pathFields.at(-1)
  if (!isObject(sent) || ownId === undefined || !('id' in sent) || ownId in sent) return sent
  const { id, ...rest } = sent
  return { ...rest, [ownId]: id }
}
