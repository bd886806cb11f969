/** The whole page: signed out or signed in, and where in it one is. */
import { useMemo, useState } from 'preact/hooks'
import { createApi } from './api.ts'
import { forgetToken, keepToken, restoreToken } from './session.ts'
import { SignIn } from './sign-in.tsx'
import { Workspace } from './workspace.tsx'

export function App() {
  const [token, setToken] = useState(restoreToken)
  const [isOver, setIsOver] = useState(false)
  const signOut = (becauseOver: boolean) => {
    forgetToken()
    setToken(undefined)
    setIsOver(becauseOver)
  }
  const api = useMemo(
    () => (token === undefined ? undefined : createApi(token, () => signOut(true))),
    [token],
  )
  if (api === undefined) {
    return (
      <SignIn
        isOver={isOver}
        onSignedIn={(accepted, isKept) => {
          if (isKept) keepToken(accepted)
          setIsOver(false)
          setToken(accepted)
        }}
      />
    )
  }
  return <Workspace api={api} onSignOut={() => signOut(false)} />
}
