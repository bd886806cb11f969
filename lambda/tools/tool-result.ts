/** An outcome → the tool result that is sent, within the size limit; it says what was cut and how to get it. Pure. */
import { cutText } from '../shared/cut-text.ts'
import { type Cut, fitJson, KEEP_END } from '../shared/fit-json.ts'
import { toPointer } from '../shared/json-path.ts'
import { toJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import type { ContentBlock, HowToReadOn, Reader, ToolOutcome } from './tool-call.ts'
import { TOO_LONG, truncatedNote } from './truncated-note.ts'

export interface ToolResult {
  content: ContentBlock[]
  structuredContent: Record<string, unknown>
  isError?: boolean
  [key: string]: unknown
}

type Sized = Pick<ToolOutcome, 'structured' | 'content' | 'cuts' | 'reader' | 'howToReadOn'>

/** @param maxCharacters of the text: the connector's `max_result_characters`. */
export function toToolResult(outcome: Sized, maxCharacters: number): ToolResult {
  const { structured, cuts = [], reader } = outcome
  const json = toJson(structured)
  const isWhole = json.length <= maxCharacters && cuts.length === 0
  if (isWhole) return resultOf(structured, json, outcome.content)
  const fitted = reader
    ? fitWithReader(structured, cuts, reader, maxCharacters)
    : fitToBudget(structured, maxCharacters, outcome.howToReadOn)
  return resultOf(fitted, toJson(fitted), outcome.content)
}

const jsonTexts = new WeakMap<object, string>()

function resultOf(
  structuredContent: Record<string, unknown>,
  text: string,
  more: readonly ContentBlock[] = [],
): ToolResult {
  jsonTexts.set(structuredContent, text)
  return { content: [{ type: 'text', text }, ...more], structuredContent }
}

/** The JSON of a result that was made here, without writing its record a second time. */
export function resultToJson(result: ToolResult): string {
  const known = jsonTexts.get(result.structuredContent)
  const { content, structuredContent: _, ...others } = result
  if (known === undefined || Object.keys(others).length > 0) return toJson(result)
  return `{"content":${toJson(content)},"structuredContent":${known}}`
}

/** Notes of what was cut take space themselves: how much is known only after cutting. */
const ATTEMPTS = 6

/** As much of the record as fits, and the calls that return the rest of it. */
function fitWithReader(
  record: Record<string, unknown>,
  cutBefore: readonly Cut[],
  reader: Reader,
  maxCharacters: number,
): Record<string, unknown> {
  let space = maxCharacters
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { value, cuts } = fitJson(record, space)
    const all = withoutRepetitions([...cuts, ...cutBefore])
    const whole = all.length === 0 ? value : { ...value, truncated: truncatedNote(all, record, reader) }
    const excess = toJson(whole).length - maxCharacters
    if (excess <= 0) return whole
    space = Math.max(space - excess - 100, space * 0.5)
  }
  return fitToBudget(record, maxCharacters)
}

/** A place that was cut twice begins at the smaller offset. */
function withoutRepetitions(cuts: readonly Cut[]): Cut[] {
  const byPlace = new Map<string, Cut>()
  for (const cut of cuts) {
    const place = toPointer(cut.path)
    const other = byPlace.get(place)
    if (other === undefined) byPlace.set(place, cut)
    else
      byPlace.set(place, {
        ...cut,
        offset: Math.min(cut.offset, other.offset),
        total: Math.max(cut.total, other.total),
      })
  }
  return [...byPlace.values()]
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
function fitToBudget(
  record: Record<string, unknown>,
  maxCharacters: number,
  how?: HowToReadOn,
): Record<string, unknown> {
  if (fits(record, maxCharacters)) return record
  for (const cut of CUTS) {
    const fields = new Set<string>()
    const shortened = shorten(record, '', cut, fields)
    if (!isObject(shortened)) continue
    const counted = withCount(shortened)
    const whole = { ...counted, truncated: note([...fields], counted, how) }
    if (fits(whole, maxCharacters)) return whole
  }
  const scalars = Object.entries(record).filter(
    ([, value]) => typeof value !== 'object' && String(value).length < 500,
  )
  return { ...Object.fromEntries(scalars), truncated: note(['all other fields'], record, how) }
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

interface Limits {
  characters: number
  items: number
}

function shorten(value: unknown, path: string, cut: Limits, fields: Set<string>): unknown {
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
        : KEEP_END.has(path.split('.').at(-1))
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

function note(
  fields: string[],
  record: Record<string, unknown>,
  how: HowToReadOn = () => 'Request a narrower part: a single item by id, or a file by its download link.',
): Record<string, unknown> {
  return { reason: TOO_LONG, cut: fields.slice(0, 20).map(field => cutText(field, 200)), how: how(record) }
}
