/** Errors of the admin API: one shape, one HTTP status per code. */
import { type AppError, type ErrorCode, toAppError, type ValidationError } from '../shared/errors.ts'

export interface AdminErrorBody {
  error: {
    code: ErrorCode
    message: string
    next_step?: string
    errors?: ValidationError[]
    /** @deprecated The same list under its name before 0.2; removed in 0.3. */
    faults?: ValidationError[]
  }
}

const STATUS: Record<ErrorCode, 400 | 401 | 402 | 403 | 404 | 409 | 413 | 429 | 500 | 502 | 503 | 504> = {
  invalid_arguments: 400,
  unknown_tool: 400,
  unauthorized: 401,
  insufficient_credits: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  account_not_configured: 409,
  credentials_refused: 409,
  payload_too_large: 413,
  rate_limited: 429,
  cancelled: 503,
  internal: 500,
  upstream_rejected: 502,
  upstream_invalid: 502,
  upstream_unavailable: 503,
  upstream_timeout: 504,
}

/** Status and body for any caught value. Only an `AppError` shows its message. */
export function adminError(caught: unknown): {
  status: (typeof STATUS)[ErrorCode]
  body: AdminErrorBody
  error: AppError
} {
  const error = toAppError(caught)
  const { nextStep, errors } = error.details
  const body = {
    error: {
      code: error.code,
      message: error.message,
      ...(nextStep === undefined ? {} : { next_step: nextStep }),
      ...(errors === undefined ? {} : { errors, faults: errors }),
    },
  }
  return { status: STATUS[error.code], body, error }
}
