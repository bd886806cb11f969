/** Rubrics: what is graded, and the checks on it. */
import { badRequest } from '../http/error-response.ts'
import { objectsField, textField } from '../http/fields.ts'
import { lettersOf } from '../http/ids.ts'
import type { JsonObject } from '../http/request-check.ts'
import type { Rubric } from '../state/evaluation-state.ts'
import { FREQUENCIES, LIMITS } from './evaluation-options.ts'

const LISTS = ['criteria', 'tags', 'data_points'] as const

/** @throws ApiError 400 for too many entries, unknown words and texts that are too long */
export function checkRubric(sent: JsonObject, at: string): void {
  for (const name of LISTS) {
    if (objectsField(sent, name).length > LIMITS[name])
      throw badRequest(`At most ${LIMITS[name]} ${name} are allowed.`, `${at}${name}`)
  }
  const long = objectsField(sent, 'tags').find(
    tag =>
      (textField(tag, 'name') ?? '').length > LIMITS.tag_name_max_len ||
      (textField(tag, 'description') ?? '').length > LIMITS.tag_description_max_len,
  )
  if (long !== undefined) throw badRequest('A tag is too long.', `${at}tags`)
  const frequency = textField(sent, 'frequency')
  if (frequency !== undefined && !FREQUENCIES.includes(frequency))
    throw badRequest(`frequency must be one of ${FREQUENCIES.join(', ')}.`, `${at}frequency`)
}

/** The rubric with what was sent; a list replaces the one before. Entries get an id of their own. */
export function mergedRubric(before: Rubric, sent: JsonObject, fields: readonly string[]): Rubric {
  const merged: Rubric = { ...before }
  for (const field of fields) if (sent[field] !== undefined) merged[field] = sent[field]
  for (const name of ['criteria', 'data_points']) {
    merged[name] = objectsField(merged, name).map((entry, i) => ({
      id:
        textField(entry, 'id') ??
        `${name === 'criteria' ? 'crit' : 'data'}_${lettersOf(`${i}|${String(entry.name)}`, 8)}`,
      ...entry,
    }))
  }
  return merged
}

export const isEmptyRubric = (rubric: Rubric): boolean =>
  LISTS.every(name => objectsField(rubric, name).length === 0)
