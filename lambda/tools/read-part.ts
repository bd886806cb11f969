/** One part of a result, for a caller that reads on where an earlier result was cut. Pure. */
import { cutText } from '../shared/cut-text.ts'
import { nearest } from '../shared/edit-distance.ts'
import { AppError } from '../shared/errors.ts'
import { asText, type Cut, fitFields, fitItems, type Unit } from '../shared/fit-json.ts'
import type { JsonPath } from '../shared/json-path.ts'
import { toJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import { isInsideCharacter, textPart } from '../shared/text-part.ts'
import { findOutput, outputNames, type PartRequest } from './part-request.ts'
import type { Reader } from './tool-call.ts'
import { truncatedNote } from './truncated-note.ts'

/** What a part says beside its value. */
interface Part {
  output: string
  /** Null for a value that has no parts. */
  unit: Unit | null
  offset: number
  /** Null: this part reaches the end. */
  next_offset: number | null
  total: number
  value: unknown
}

/** Fields of the result that a part repeats. */
const IDENTITY = ['session_id', 'run_id', 'state', 'is_over']
/** Of the space for a result, what the part's own fields and names take. */
const FRAME_CHARACTERS = 800
const ATTEMPTS = 6

/**
 * The part of `result` that was asked for, as large as fits; texts and lists inside it that are too large say in
 * `truncated` how to read on.
 * @throws AppError `invalid_arguments` for an output that is not there, or an offset beyond its end.
 */
export function readPart(
  result: Record<string, unknown>,
  request: PartRequest,
  reader: Reader,
  maxCharacters: number,
): Record<string, unknown> {
  const found = findOutput(result, request.output)
  if (found === undefined) throw unknownOutput(result, request.output)
  const identity = Object.fromEntries(
    IDENTITY.flatMap(name => (name in result ? [[name, result[name]]] : [])),
  )
  let space = maxCharacters - FRAME_CHARACTERS - toJson(identity).length - 2 * toJson(request.output).length
  for (let attempt = 0; ; attempt++) {
    const { part, cuts } = partOf(found.value, found.path, request, space)
    const whole = {
      ...identity,
      part,
      next_step: nextStep(part, reader),
      ...(cuts.length > 0 && { truncated: truncatedNote(cuts, result, reader) }),
    }
    const excess = toJson(whole).length - maxCharacters
    if (excess <= 0 || attempt === ATTEMPTS) return whole
    space = Math.max(Math.min(space - excess - 100, space * 0.8), 400)
  }
}

function partOf(
  value: unknown,
  path: JsonPath,
  { output, offset, limit = Number.POSITIVE_INFINITY }: PartRequest,
  space: number,
): { part: Part; cuts: Cut[] } {
  const of = (unit: Unit, total: number, end: number, shown: unknown): Part => {
    return { output, unit, offset, next_offset: end < total ? end : null, total, value: shown }
  }
  const text = asText(value)
  if (text !== undefined) {
    checkOffset(offset, text.length, 'characters')
    const until = Math.min(text.length, offset + limit)
    const end = isInsideCharacter(text, until) ? until + 1 : until
    const { part, nextOffset } = textPart(text.slice(0, end), offset, space)
    return { part: of('characters', text.length, nextOffset ?? end, part), cuts: [] }
  }
  if (Array.isArray(value)) {
    checkOffset(offset, value.length, 'items')
    const { value: shown, cuts } = fitItems(value.slice(0, offset + limit), space, path, offset)
    return { part: of('items', value.length, offset + shown.length, shown), cuts }
  }
  if (isObject(value)) {
    const fields = Object.entries(value)
    checkOffset(offset, fields.length, 'fields')
    const { value: shown, cuts } = fitFields(fields.slice(0, offset + limit), space, path, offset)
    return { part: of('fields', fields.length, offset + Object.keys(shown).length, shown), cuts }
  }
  return { part: { output, unit: null, offset: 0, next_offset: null, total: 1, value }, cuts: [] }
}

function checkOffset(offset: number, total: number, unit: Unit): void {
  if (offset === 0 || offset < total) return
  const message = total === 0 ? 'must be 0: the output is empty' : `must be less than ${total}, its ${unit}`
  throw new AppError('invalid_arguments', 'The output ends before this offset.', {
    errors: [{ path: 'offset', message }],
  })
}

const MAX_NAMES = 20

function unknownOutput(result: Record<string, unknown>, output: string): AppError {
  const names = outputNames(result)
  const meant = nearest(output, names.slice(0, 200))
  const known = names.slice(0, MAX_NAMES).map(name => cutText(name, 80))
  const more = names.length > MAX_NAMES ? ', …' : ''
  const message = `is not there${meant === undefined ? '.' : `; did you mean ${cutText(meant, 80)}?`} There are: ${known.join(', ')}${more}`
  const state =
    typeof result.state === 'string' ? ` The state of the run is ${cutText(result.state, 40)}.` : ''
  return new AppError('invalid_arguments', `There is no such output.${state}`, {
    errors: [{ path: 'output', message }],
  })
}

function nextStep({ output, unit, next_offset, total }: Part, { tool }: Reader): string {
  if (next_offset === null) return `This is the end of ${cutText(output, 300)}.`
  return `This is a part of ${total} ${unit}: call ${tool} again with output ${toJson(cutText(output, 300))} and offset ${next_offset} for the next part.`
}
