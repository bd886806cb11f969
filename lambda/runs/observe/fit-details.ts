/** Limits the size of what is stored and reported of a run: ids stay, long texts are cut with a note. Pure. */

import { cutText } from '../../shared/cut-text.ts'
import { toJson } from '../../shared/json-text.ts'
import { isObject } from '../../shared/json-value.ts'
import type { RunDetails } from './run-snapshot.ts'

/** Together below the 100,000 characters of a result and, in the worst case of UTF-8, below the 400 KB of an item. */
const ANSWER_CHARACTERS = 45_000
const OUTPUTS_CHARACTERS = 30_000
const APPROVALS_CHARACTERS = 12_000
const FAILURE_CHARACTERS = 2_000
const NAME_CHARACTERS = 300
export const MAX_ARTIFACTS = 50

/** `details` within the limits; `shortened` names what was cut. */
export function fitDetails(details: RunDetails): RunDetails {
  const shortened: string[] = [...(details.shortened ?? [])]
  const note = (text: string) => {
    if (!shortened.includes(text)) shortened.push(text)
  }
  const text = (value: string | null, limit: number, name: string, how: string) => {
    if (value === null || value.length <= limit) return value
    note(`${name}: ${value.length - limit} more characters; ${how}`)
    return cutText(value, limit)
  }
  const outputs = fitJson(details.outputs, OUTPUTS_CHARACTERS)
  if (outputs.isCut) note('outputs: long values were cut; get the flow run for the full values')
  const approvals = fitJson(details.pending_approvals, APPROVALS_CHARACTERS)
  if (approvals.isCut) note('pending_approvals: long texts were cut; get the session for the full texts')
  const artifacts = details.artifacts?.slice(0, MAX_ARTIFACTS) ?? null
  if ((details.artifacts?.length ?? 0) > MAX_ARTIFACTS) note('artifacts: only the newest; list the others')
  return {
    ...details,
    answer: text(details.answer, ANSWER_CHARACTERS, 'answer', 'get the session for the full text'),
    outputs: outputs.value,
    pending_approvals: approvals.value,
    failure: text(details.failure, FAILURE_CHARACTERS, 'failure', 'get the run for the full text'),
    agent_id: shortName(details.agent_id),
    agent_name: shortName(details.agent_name),
    artifacts: artifacts?.map(note => ({ ...note, filename: shortName(note.filename) })) ?? null,
    ...(shortened.length > 0 && { shortened }),
  }
}

function shortName(name: string | null): string | null {
  return name === null ? null : cutText(name, NAME_CHARACTERS)
}

/** Limits on a single text, tried in this order until the JSON fits; after the last one only names are left. */
const TEXT_LIMITS = [8000, 2000, 500, 100]

function fitJson<T>(value: T, limit: number): { value: T; isCut: boolean } {
  if (toJson(value).length <= limit) return { value, isCut: false }
  for (const characters of TEXT_LIMITS) {
    const cut = shorten(value, characters)
    // Shortening keeps the type of the value: a list stays a list, an object an object.
    if (toJson(cut).length <= limit) return { value: cut as T, isCut: true }
  }
  const names = Array.isArray(value) ? value.slice(0, 1).map(() => '[too long]') : fieldNames(value, limit)
  return { value: names as T, isCut: true }
}

function shorten(value: unknown, characters: number): unknown {
  if (typeof value === 'string' && value.length > characters) {
    return `${cutText(value, characters)}… [cut: ${value.length - characters} more characters]`
  }
  if (Array.isArray(value)) return value.map(item => shorten(item, characters))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shorten(item, characters)]))
}

/** As many field names as fit, without their values. */
function fieldNames(value: unknown, limit: number): Record<string, string> {
  const named: Record<string, string> = {}
  let characters = 0
  for (const name of isObject(value) ? Object.keys(value) : []) {
    characters += 2 * name.length + 20 // its JSON may escape every character
    if (characters > limit) break
    named[name] = '[too long]'
  }
  return named
}
