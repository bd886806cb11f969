/** Reads typed fields of a request body or query. The schema check has run before; these do not rely on it. */
import { isObject, type JsonObject } from './request-check.ts'

/** The string in `name`, or undefined. */
export function textField(from: JsonObject, name: string): string | undefined {
  const value = from[name]
  return typeof value === 'string' ? value : undefined
}

/** The string in `name`; null when it is missing, null or blank. */
export function textOrNull(from: JsonObject, name: string): string | null {
  const value = textField(from, name)?.trim()
  return value === undefined || value === '' ? null : value
}

export function objectField(from: JsonObject, name: string): JsonObject {
  const value = from[name]
  return isObject(value) ? value : {}
}

/** The objects in the array `name`. */
export function objectsField(from: JsonObject, name: string): JsonObject[] {
  const value = from[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The strings in the array `name`. */
export function textsField(from: JsonObject, name: string): string[] {
  const value = from[name]
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : []
}

/** Whether the field was sent with a value: `null` counts as absent, as in Gumloop's partial updates. */
export function isSent(from: JsonObject, name: string): boolean {
  return from[name] !== undefined && from[name] !== null
}
