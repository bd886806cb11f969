/** The whole page: signed out or signed in. */
import { useMemo, useState } from 'preact/hooks'
import { createApi } from './api.ts'
import { SignIn } from './sign-in.tsx'
import { loadToken, removeToken, storeToken } from './token-storage.ts'
import { Workspace } from './workspace.tsx'

export function App() {
  const [token, setToken] = useState(loadToken)
  const [hasExpired, setHasExpired] = useState(false)
  const signOut = (isExpired: boolean) => {
    removeToken()
    setToken(undefined)
    setHasExpired(isExpired)
  }
  const api = useMemo(
    () => (token === undefined ? undefined : createApi(token, () => signOut(true))),
    [token],
  )
  if (api === undefined) {
    return (
      <SignIn
        hasExpired={hasExpired}
        onSignedIn={(accepted, shouldStore) => {
          if (shouldStore) storeToken(accepted)
          setHasExpired(false)
          setToken(accepted)
        }}
      />
    )
  }
  return <Workspace api={api} onSignOut={() => signOut(false)} />
}
