/** Reading fields of a request that has passed its schema, without trusting that it has. */
import { isObject, type JsonObject } from './request-check.ts'

/** The text under `name`, or undefined when there is none. */
export function textField(from: JsonObject, name: string): string | undefined {
  const value = from[name]
  return typeof value === 'string' ? value : undefined
}

/** The text under `name`; null when it is missing, null or blank. */
export function textOrNull(from: JsonObject, name: string): string | null {
  const value = textField(from, name)?.trim()
  return value === undefined || value === '' ? null : value
}

export function objectField(from: JsonObject, name: string): JsonObject {
  const value = from[name]
  return isObject(value) ? value : {}
}

/** The objects in the list under `name`. */
export function objectsField(from: JsonObject, name: string): JsonObject[] {
  const value = from[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The texts in the list under `name`. */
export function textsField(from: JsonObject, name: string): string[] {
  const value = from[name]
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : []
}

/** Whether the field was sent with a value: `null` counts as left out, as in Gumloop's partial updates. */
export function isSent(from: JsonObject, name: string): boolean {
  return from[name] !== undefined && from[name] !== null
}
