/** What is fetched for a part of the page: being loaded, there, or failed; and fetched again on demand. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type ApiFailure, toFailure } from './api-failure.ts'

export interface Loaded<T> {
  value: T | undefined
  failure: ApiFailure | undefined
  isLoading: boolean
  /** Fetches again; what is there stays until the new value is. */
  reload(): void
  /** Puts in what an answer to a change has told already. */
  replace(value: T): void
}

/** `key` says what is loaded: when it changes, what was there is dropped. */
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
      .catch(thrown => {
        if (!isStale) setState(before => ({ ...before, failure: toFailure(thrown), isLoading: false }))
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
