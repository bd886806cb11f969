/**
 * A value too large for a message → as much of it as fits, and where the rest begins. Nothing is summarized: each place
 * that was cut can be read on from exactly there (`tools/read-part.ts`). Pure.
 */
import type { JsonPath } from './json-path.ts'
import { toJson } from './json-text.ts'
import { isObject } from './json-value.ts'
import { textPart } from './text-part.ts'

/** What an offset counts: UTF-16 units of a text, items of a list, fields of an object in their order. */
export type Unit = 'characters' | 'items' | 'fields'

export interface Cut {
  path: JsonPath
  unit: Unit
  /** Where the missing part begins. */
  offset: number
  /** How long it is; left out: it reaches the end. */
  limit?: number
  total: number
}

export interface Fitted<T = unknown> {
  value: T
  cuts: Cut[]
}

/** Lists whose newest entries come last and matter most: they lose their beginning. */
export const KEEP_END: ReadonlySet<unknown> = new Set(['messages', 'log'])
/** An object with at most so many fields shares the space among the large ones; of others, the first fields stay. */
const MAX_SHARED_FIELDS = 64
/** A field is cut rather than left out when at least this much of it remains: a share of the space, and characters. */
const LEAST_SHARE = 1 / 24
const LEAST_CHARACTERS = 300
/** Deeper inside, lists and objects that are too large are left empty: each level is measured again. */
const MAX_DEPTH = 12
/** Fields with longer names (as JSON) are not cut one by one: such an object is read as its JSON text. */
const MAX_NAME_CHARACTERS = 300
const CUT_NOTE_CHARACTERS = 40

/**
 * `value` with a JSON text of about `maxCharacters` at most, of the same type, and all cuts. It exceeds the limit only by
 * the JSON of single numbers and of short names.
 * @param path of the value in the record that cuts refer to.
 */
export function fitJson<T>(value: T, maxCharacters: number, path: JsonPath = []): Fitted<T> {
  const cuts: Cut[] = []
  // Cutting keeps the type of the value: a list stays a list, a text a text, an object an object (or its JSON text).
  return { value: fitValue(value, { budget: maxCharacters, path, depth: 0, cuts }) as T, cuts }
}

/** Items of `list` from `start` on, as many as fit; of the first one, its beginning if it alone is too large. */
export function fitItems(
  list: readonly unknown[],
  maxCharacters: number,
  path: JsonPath,
  start: number,
): Fitted<unknown[]> {
  const cuts: Cut[] = []
  const numbered = list.slice(start).map((item, index) => [start + index, item] as const)
  return { value: firstItems(numbered, { budget: maxCharacters, path, depth: 0, cuts }), cuts }
}

/** Fields from position `start` on, as many as fit; of the first one, its beginning if it alone is too large. */
export function fitFields(
  fields: readonly [string, unknown][],
  maxCharacters: number,
  path: JsonPath,
  start: number,
): Fitted<Record<string, unknown>> {
  const cuts: Cut[] = []
  const room = { budget: maxCharacters, path, depth: 0, cuts }
  return { value: firstFields(fields.slice(start), room), cuts }
}

/** The text that stands for a value whose parts cannot be addressed; undefined for all others. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return undefined
  if (isObject(value)) return hasLongName(value) ? toJson(value) : undefined
  const text = toJson(value)
  return text.length > MAX_NAME_CHARACTERS ? text : undefined // an integer of many digits
}

interface Room {
  budget: number
  path: JsonPath
  depth: number
  cuts: Cut[]
}

function fitValue(value: unknown, room: Room): unknown {
  if (sizeOf(value) <= room.budget) return value
  const text = asText(value)
  if (text !== undefined) return cutTextOf(text, room)
  if (Array.isArray(value)) return fitList(value, room)
  return isObject(value) ? fitObject(value, room) : value
}

function cutTextOf(text: string, { budget, path, cuts }: Room): string {
  const space = budget - 2 - CUT_NOTE_CHARACTERS
  const { part, nextOffset } = space < 12 ? { part: '', nextOffset: 0 } : textPart(text, 0, space)
  if (nextOffset === null) return part
  cuts.push({ path, unit: 'characters', offset: nextOffset, total: text.length })
  return `${part}… [cut: ${text.length - nextOffset} more characters]`
}

function fitList(list: unknown[], room: Room): unknown[] {
  const { path, cuts } = room
  const total = list.length
  if (room.depth >= MAX_DEPTH) {
    cuts.push({ path, unit: 'items', offset: 0, total })
    return []
  }
  const numbered = list.map((item, index) => [index, item] as const)
  if (KEEP_END.has(path.at(-1))) {
    const shown = firstItems(numbered.reverse(), room).reverse()
    if (shown.length < total)
      cuts.push({ path, unit: 'items', offset: 0, limit: total - shown.length, total })
    return shown
  }
  const shown = firstItems(numbered, room)
  if (shown.length < total) cuts.push({ path, unit: 'items', offset: shown.length, total })
  return shown
}

function firstItems(numbered: readonly (readonly [number, unknown])[], room: Room): unknown[] {
  const shown: unknown[] = []
  fill(numbered, room, (index, item, inner) => {
    shown.push(inner === undefined ? item : fitValue(item, { ...inner, path: [...room.path, index] }))
  })
  return shown
}

function fitObject(value: Record<string, unknown>, room: Room): Record<string, unknown> {
  const { budget, path, depth, cuts } = room
  const fields = Object.entries(value)
  if (depth >= MAX_DEPTH) {
    cuts.push({ path, unit: 'fields', offset: 0, total: fields.length })
    return {}
  }
  const sizes = fields.length <= MAX_SHARED_FIELDS ? fields.map(fieldSize) : []
  const share = equalShare(sizes, budget - 2)
  if (sizes.length === 0 || share < Math.max(LEAST_CHARACTERS, budget * LEAST_SHARE)) {
    const shown = firstFields(fields, room)
    const offset = Object.keys(shown).length
    if (offset < fields.length) cuts.push({ path, unit: 'fields', offset, total: fields.length })
    return shown
  }
  return fromFields(
    fields.map(([name, item], index) => {
      const size = sizes[index] ?? 0
      if (size <= share) return [name, item]
      const inner = { budget: share - (size - sizeOf(item)), path: [...path, name], depth: depth + 1, cuts }
      return [name, fitValue(item, inner)]
    }),
  )
}

function firstFields(fields: readonly [string, unknown][], room: Room): Record<string, unknown> {
  const shown: [string, unknown][] = []
  const entries = fields.map(([name, item]) => [name, item, toJson(name).length + 1] as const)
  fill(entries, room, (name, item, inner) => {
    shown.push([name, inner === undefined ? item : fitValue(item, { ...inner, path: [...room.path, name] })])
  })
  return fromFields(shown)
}

/**
 * Calls `keep` for each entry that fits, and for the first one that does not, with the space that is left for it, where
 * it would otherwise leave a large gap.
 */
function fill<Key>(
  entries: readonly (readonly [key: Key, item: unknown, nameCharacters?: number])[],
  room: Room,
  keep: (key: Key, item: unknown, inner?: Room) => void,
): void {
  let left = room.budget - 2
  for (const [position, [key, item, name = 0]] of entries.entries()) {
    const size = name + sizeOf(item) + 1
    if (size > left) {
      const budget = left - name - 1
      const isWorthIt = budget >= LEAST_CHARACTERS && (position === 0 || left * 2 >= room.budget)
      if (isWorthIt) keep(key, item, { ...room, budget, depth: room.depth + 1 })
      return
    }
    keep(key, item)
    left -= size
  }
}

/** The size up to which every field may grow so that all together fit: small ones are whole, large ones equal. */
function equalShare(sizes: readonly number[], budget: number): number {
  let left = budget
  const rising = sizes.toSorted((a, b) => a - b)
  for (const [index, size] of rising.entries()) {
    const share = Math.floor(left / (rising.length - index))
    if (size > share) return share
    left -= size
  }
  return budget
}

function fieldSize([name, value]: [string, unknown]): number {
  return toJson(name).length + 1 + sizeOf(value) + 1
}

/** Unlike an assignment, this takes `__proto__` for a name like any other. */
function fromFields(fields: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(fields)
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : toJson(value).length
}

function hasLongName(value: Record<string, unknown>): boolean {
  return Object.keys(value).some(
    name => name.length > MAX_NAME_CHARACTERS / 6 && toJson(name).length > MAX_NAME_CHARACTERS,
  )
}
