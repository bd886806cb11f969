/** An error of the API, with the server's message. Pure. */
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

/** The error in a response of the API's error shape; for any other response (of a proxy), a message with its status. */
export function failureOf(status: number, answer: unknown): ApiFailure {
  const error = field(answer, 'error')
  const [code, message, nextStep] = [field(error, 'code'), field(error, 'message'), field(error, 'next_step')]
  if (typeof code !== 'string' || typeof message !== 'string') {
    return new ApiFailure('unexpected', `Unexpected response from the server (status ${status}).`)
  }
  const errors = field(error, 'errors')
  return new ApiFailure(code, message, {
    ...(typeof nextStep === 'string' && { nextStep }),
    ...(Array.isArray(errors) && { errors: errors.filter(isValidationError) }),
  })
}

/** Any caught value, as a failure that can be shown. */
export function toFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error
  return new ApiFailure('internal', 'Something went wrong on this page. Reload it and try again.')
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function isValidationError(value: unknown): value is ValidationError {
  return typeof field(value, 'path') === 'string' && typeof field(value, 'message') === 'string'
}
