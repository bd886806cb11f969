/** What a result says of the parts that it had to leave out, and the calls that return them. Pure. */

import { cutText } from '../shared/cut-text.ts'
import type { Cut } from '../shared/fit-json.ts'
import { pathText } from '../shared/json-path.ts'
import { outputName } from './part-request.ts'
import type { Reader } from './tool-call.ts'

export const TOO_LONG = 'The result was too long.'

/** `read_on` has the arguments of one call for each part that is missing, complete and ready to be sent. */
export function truncatedNote(
  cuts: readonly Cut[],
  result: Record<string, unknown>,
  { tool, args, locate = cut => cut }: Reader,
): Record<string, unknown> {
  const outsideIn = cuts.toSorted((a, b) => a.path.length - b.path.length)
  const readOn = outsideIn.map(cut => {
    const { path, offset, limit } = locate(cut)
    return { ...args, output: outputName(result, path), offset, ...(limit !== undefined && { limit }) }
  })
  return {
    reason: TOO_LONG,
    cut: outsideIn.map(describeCut),
    how: `To read on, call ${tool} with the arguments of an entry of read_on.`,
    read_on: readOn,
  }
}

/** `outputs.rows: items 120 to 2999 of 3000`. */
function describeCut({ path, unit, offset, limit, total }: Cut): string {
  const last = (limit === undefined ? total : offset + limit) - 1
  return `${cutText(pathText(path), 200)}: ${unit} ${offset} to ${last} of ${total}`
}
