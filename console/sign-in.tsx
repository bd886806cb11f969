/** The sign-in form: an administrator token, verified before anything else is shown. */
import { useRef, useState } from 'preact/hooks'
import { Alert } from './alert.tsx'
import { createApi } from './api.ts'
import { type ApiFailure, toFailure } from './api-failure.ts'
import { useTitle } from './use-title.ts'

interface SignInProps {
  /** The token of the previous session is no longer valid. */
  hasExpired: boolean
  onSignedIn(token: string, shouldStore: boolean): void
}

export function SignIn({ hasExpired, onSignedIn }: SignInProps) {
  const [failure, setFailure] = useState<ApiFailure>()
  const [isBusy, setIsBusy] = useState(false)
  const tokenField = useRef<HTMLInputElement>(null)
  const storeField = useRef<HTMLInputElement>(null)
  useTitle('Sign in')

  async function submit(event: Event) {
    event.preventDefault()
    const token = tokenField.current?.value.trim() ?? ''
    setIsBusy(true)
    setFailure(undefined)
    try {
      await createApi(token, () => undefined).accounts()
      onSignedIn(token, storeField.current?.checked === true)
    } catch (error) {
      setFailure(toFailure(error))
      setIsBusy(false)
      tokenField.current?.focus()
    }
  }

  return (
    <main class="sign-in">
      <form class="card sign-in-card" onSubmit={submit} autocomplete="off">
        <span class="mark" aria-hidden="true" />
        <h1>Gumloop MCP console</h1>
        <p class="quiet">Manage who may connect to Gumloop through this server, and what they may do.</p>
        {failure !== undefined && (
          <Alert kind="bad">
            {failure.code === 'unauthorized'
              ? 'The token is invalid or has been revoked. Check that you copied all of it.'
              : failure.message}
          </Alert>
        )}
        {failure === undefined && hasExpired && (
          <Alert kind="warn">You were signed out because the token is no longer valid.</Alert>
        )}
        <label class="field">
          <span class="label">Administrator token</span>
          <input
            ref={tokenField}
            type="password"
            class="mono"
            required
            spellcheck={false}
            autocomplete="off"
            placeholder="gapi_…"
            aria-describedby="token-help"
          />
        </label>
        <label class="tick">
          <input ref={storeField} type="checkbox" />
          <span>Keep me signed in until I close this tab</span>
        </label>
        <button type="submit" class="button primary wide" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
        <p class="small quiet" id="token-help">
          For a local server, the token is in <code>.local/admin-token</code>. For a deployment, create one
          with <code>gumloop-mcp api-token create --name me --scopes admin --stack NAME</code>.
        </p>
      </form>
    </main>
  )
}
