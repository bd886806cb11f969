/** Input at the administrator's door: a typed value, or every error at once. Pure. */
import type { z } from 'zod'
import { AppError, type ValidationError } from '../shared/errors.ts'

/** `input` as the schema makes it. Throws `invalid_arguments` with one error for each thing wrong. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input, { reportInput: true })
  if (parsed.success) return parsed.data
  throw invalidInput(parsed.error.issues.flatMap(toErrors))
}

/** The error for these errors: one is told in the message, of several the message names the places. */
export function invalidInput(errors: ValidationError[]): AppError {
  const [first] = errors
  const places = errors.map(({ path }) => path || 'the whole')
  const message =
    errors.length === 1 && first !== undefined
      ? `${first.path || 'The input'}: ${first.message}.`
      : `The input has ${errors.length} errors: ${places.join(', ')}.`
  return new AppError('invalid_arguments', message, { errors })
}

function toErrors(issue: z.core.$ZodIssue): ValidationError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: dotted([...issue.path, key]), message: 'there is no such field' }))
  }
  return [{ path: dotted(issue.path), message: words(issue) }]
}

function words(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined
      ? `is missing; ${article(issue.expected)} is expected`
      : `must be ${article(issue.expected)}`
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'too_big') return `must be at most ${issue.maximum} ${unit(issue.origin)}`
  if (issue.code === 'too_small' && issue.minimum === 1 && issue.origin !== 'int') return 'must not be empty'
  if (issue.code === 'too_small') return `must be at least ${issue.minimum} ${unit(issue.origin)}`
  return issue.message
}

function article(type: string): string {
  const names: Record<string, string> = {
    boolean: 'true or false',
    int: 'a whole number',
    number: 'a number',
  }
  return names[type] ?? (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`)
}

function unit(origin: string): string {
  const units: Record<string, string> = {
    string: 'characters long',
    array: 'entries long',
    number: '',
    int: '',
  }
  return units[origin] ?? ''
}

/** `config.tags[0]`: dots between names, brackets around numbers. */
function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? clip(String(part)) : `${text}.${clip(String(part))}`
  }, '')
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
