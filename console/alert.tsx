/** A message that screen readers announce when it appears. */
import type { ComponentChildren } from 'preact'
import type { ApiFailure } from './api-failure.ts'

export function Alert({ kind, children }: { kind: 'bad' | 'warn' | 'good'; children: ComponentChildren }) {
  return (
    <div class={`alert ${kind}`} role={kind === 'good' ? 'status' : 'alert'}>
      {children}
    </div>
  )
}

/** An error of the API, with all its validation errors and what to do next. */
export function FailureAlert({ failure }: { failure: ApiFailure }) {
  const several = failure.errors.length > 1 ? failure.errors : []
  return (
    <Alert kind="bad">
      <p>{failure.message}</p>
      {several.length > 0 && (
        <ul>
          {several.map(({ path, message }) => (
            <li key={path}>
              <code>{path || 'body'}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {failure.nextStep !== undefined && <p>{failure.nextStep}</p>}
    </Alert>
  )
}
