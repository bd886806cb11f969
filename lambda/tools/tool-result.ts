/** An outcome → the tool result that is sent, within the size limit; it says what was cut and how to get it. Pure. */
import { cutText } from '../shared/cut-text.ts'
import { toJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import type { ContentBlock, ToolOutcome } from './tool-call.ts'

/** Characters of text in one result (docs/protocol.md, Limits). */
export const MAX_TEXT_CHARACTERS = 100_000

export interface ToolResult {
  content: ContentBlock[]
  structuredContent: Record<string, unknown>
  isError?: boolean
  [key: string]: unknown
}

export function toToolResult(outcome: ToolOutcome, maxCharacters = MAX_TEXT_CHARACTERS): ToolResult {
  const structuredContent = fitToBudget(outcome.structured, maxCharacters)
  const text: ContentBlock = { type: 'text', text: toJson(structuredContent) }
  return { content: [text, ...(outcome.content ?? [])], structuredContent }
}

/** Tried in this order until the JSON fits: characters left of a text, items left of a list. */
const CUTS = [
  { characters: 20_000, items: 1000 },
  { characters: 8000, items: 200 },
  { characters: 2000, items: 100 },
  { characters: 500, items: 50 },
  { characters: 200, items: 20 },
  { characters: 100, items: 5 },
  { characters: 60, items: 1 },
]

/**
 * The record itself when its JSON fits, else a copy whose long texts and lists are shortened, with a `truncated` note
 * that names what was cut. Texts lose their end; lists of messages and log lines lose their beginning, others their end.
 */
export function fitToBudget(record: Record<string, unknown>, maxCharacters: number): Record<string, unknown> {
  if (fits(record, maxCharacters)) return record
  for (const cut of CUTS) {
    const fields = new Set<string>()
    const shortened = shorten(record, '', cut, fields)
    if (!isObject(shortened)) continue
    const whole = { ...withCount(shortened), truncated: note([...fields], record) }
    if (fits(whole, maxCharacters)) return whole
  }
  const scalars = Object.entries(record).filter(
    ([, value]) => typeof value !== 'object' && String(value).length < 500,
  )
  return { ...Object.fromEntries(scalars), truncated: note(['all other fields'], record) }
}

/** A list whose rows were cut counts the rows that are there. */
function withCount(record: Record<string, unknown>): Record<string, unknown> {
  const { result, result_count } = record
  return Array.isArray(result) && result_count !== undefined
    ? { ...record, result_count: result.length }
    : record
}

function fits(record: Record<string, unknown>, maxCharacters: number): boolean {
  return toJson(record).length <= maxCharacters
}

interface Cut {
  characters: number
  items: number
}

/** Lists whose newest entries come last and matter most. */
const KEEP_END = new Set(['messages', 'log'])

function shorten(value: unknown, path: string, cut: Cut, fields: Set<string>): unknown {
  if (typeof value === 'string' && value.length > cut.characters) {
    fields.add(path)
    return `${cutText(value, cut.characters)}… [cut: ${value.length - cut.characters} more characters]`
  }
  if (Array.isArray(value)) {
    const excess = value.length - cut.items
    if (excess > 0) fields.add(`${path} (${excess} of ${value.length} items)`)
    const left =
      excess <= 0
        ? value
        : KEEP_END.has(path.split('.').at(-1) ?? '')
          ? value.slice(excess)
          : value.slice(0, cut.items)
    return left.map(item => shorten(item, `${path}[]`, cut, fields))
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      shorten(item, path === '' ? name : `${path}.${name}`, cut, fields),
    ]),
  )
}

function note(fields: string[], record: Record<string, unknown>): Record<string, unknown> {
  const isList = Array.isArray(record.result) && 'result_count' in record
  const how = isList
    ? 'Call again with a smaller limit and the next_cursor of this call, or get single items by id.'
    : 'Request a narrower part: a single item by id, or a file by its download link.'
  return { reason: 'The result was too long.', cut: fields.slice(0, 20), how }
}
