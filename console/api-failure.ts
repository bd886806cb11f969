/** An error of the API, in its own words. Pure. */
import type { ValidationError } from '../lambda/shared/errors.ts'

export class ApiFailure extends Error {
  /** The API's code, or `unreachable`. */
  readonly code: string
  readonly nextStep: string | undefined
  readonly errors: ValidationError[]
  constructor(
    code: string,
    message: string,
    details: { nextStep?: string; errors?: ValidationError[] } = {},
  ) {
    super(message)
    this.name = 'ApiFailure'
    this.code = code
    this.nextStep = details.nextStep
    this.errors = details.errors ?? []
  }
}

/** The failure in an answer of the API's error shape; what has another shape (a proxy in between) is said by its status. */
export function failureOf(status: number, answer: unknown): ApiFailure {
  const error = field(answer, 'error')
  const [code, message, nextStep] = [field(error, 'code'), field(error, 'message'), field(error, 'next_step')]
  if (typeof code !== 'string' || typeof message !== 'string') {
    return new ApiFailure('unexpected', `The server answered with status ${status}, and not as expected.`)
  }
  const errors = field(error, 'errors')
  return new ApiFailure(code, message, {
    ...(typeof nextStep === 'string' && { nextStep }),
    ...(Array.isArray(errors) && { errors: errors.filter(isError) }),
  })
}

/** Anything thrown, as a failure that can be shown. */
export function toFailure(thrown: unknown): ApiFailure {
  if (thrown instanceof ApiFailure) return thrown
  return new ApiFailure('internal', 'Something went wrong on this page. Reload it and try again.')
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function isError(value: unknown): value is ValidationError {
  return typeof field(value, 'path') === 'string' && typeof field(value, 'message') === 'string'
}
