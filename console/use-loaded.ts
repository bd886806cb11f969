/** Loads data for a view, with its loading and error state, and reloads it on demand. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type ApiFailure, toFailure } from './api-failure.ts'

export interface Loaded<T> {
  value: T | undefined
  failure: ApiFailure | undefined
  isLoading: boolean
  /** Loads again; the current value stays until the new one arrives. */
  reload(): void
  /** Sets the value from the response to a change. */
  replace(value: T): void
}

/** `key` identifies what is loaded: when it changes, the current value is dropped. */
export function useLoaded<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; failure?: ApiFailure; isLoading: boolean }>({
    key,
    isLoading: true,
  })
  const [count, setCount] = useState(0)
  const latest = useRef(load)
  latest.current = load

  useEffect(() => {
    let isStale = false
    setState(before => ({ ...(before.key === key ? before : {}), key, isLoading: true }))
    latest
      .current()
      .then(value => {
        if (!isStale) setState({ key, value, isLoading: false })
      })
      .catch(error => {
        if (!isStale) setState(before => ({ ...before, failure: toFailure(error), isLoading: false }))
      })
    return () => {
      isStale = true
    }
  }, [key, count])

  const reload = useCallback(() => setCount(before => before + 1), [])
  const replace = useCallback((value: T) => setState({ key, value, isLoading: false }), [key])
  const isCurrent = state.key === key
  return {
    value: isCurrent ? state.value : undefined,
    failure: isCurrent ? state.failure : undefined,
    isLoading: !isCurrent || state.isLoading,
    reload,
    replace,
  }
}
