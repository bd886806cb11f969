/** Input of the admin API → a typed value, or every validation error at once. Pure. */
import type { z } from 'zod'
import { cutText } from '../shared/cut-text.ts'
import { ErrorList } from '../shared/error-list.ts'
import { AppError, type ValidationError } from '../shared/errors.ts'

/** `input` as the schema parses it. Throws `invalid_arguments` with every validation error. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input, { reportInput: true })
  if (parsed.success) return parsed.data
  const errors = new ErrorList()
  for (const issue of parsed.error.issues) addIssue(issue, errors)
  throw invalidInput(errors.toArray())
}

/** An error for these validation errors. Its message spells out a single one, and names the paths of several. */
export function invalidInput(errors: ValidationError[]): AppError {
  const [first] = errors
  const paths = errors.map(({ path }) => path || 'body')
  const message =
    errors.length === 1 && first !== undefined
      ? `Invalid ${first.path || 'body'}: ${first.message}.`
      : `Validation failed: ${errors.length} errors (${paths.join(', ')}).`
  return new AppError('invalid_arguments', message, { errors })
}

function addIssue(issue: z.core.$ZodIssue, errors: ErrorList): void {
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) errors.add(dotted([...issue.path, key]), 'unknown field')
  } else errors.add(dotted(issue.path), () => words(issue))
}

function words(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    const must = issue.input === undefined ? 'is required and must be' : 'must be'
    return `${must} ${withArticle(issue.expected)}`
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'too_big') return `must ${bound(issue.origin, `at most ${issue.maximum}`)}`
  if (issue.code === 'too_small' && issue.minimum === 1 && issue.origin !== 'int') return 'must not be empty'
  if (issue.code === 'too_small') return `must ${bound(issue.origin, `at least ${issue.minimum}`)}`
  return issue.message
}

function withArticle(type: string): string {
  const names: Record<string, string> = {
    boolean: 'true or false',
    int: 'a whole number',
    number: 'a number',
  }
  return names[type] ?? (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`)
}

function bound(origin: string, limit: string): string {
  if (origin === 'string') return `be ${limit} characters long`
  return origin === 'array' ? `have ${limit} entries` : `be ${limit}`
}

/** `config.tags[0]`: dots between names, brackets around numbers. */
function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? clip(String(part)) : `${text}.${clip(String(part))}`
  }, '')
}

function clip(text: string): string {
  return text.length > 60 ? `${cutText(text, 60)}…` : text
}
