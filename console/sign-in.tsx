/** The door: an administrator token, tried before anything is shown. */
import { useRef, useState } from 'preact/hooks'
import { Alert } from './alert.tsx'
import { createApi } from './api.ts'
import { type ApiFailure, toFailure } from './api-failure.ts'
import { useTitle } from './use-title.ts'

interface SignInProps {
  /** The token that was signed in with is accepted no more. */
  isOver: boolean
  onSignedIn(token: string, isKept: boolean): void
}

export function SignIn({ isOver, onSignedIn }: SignInProps) {
  const [failure, setFailure] = useState<ApiFailure>()
  const [isBusy, setIsBusy] = useState(false)
  const tokenField = useRef<HTMLInputElement>(null)
  const keptField = useRef<HTMLInputElement>(null)
  useTitle('Sign in')

  async function submit(event: Event) {
    event.preventDefault()
    const token = tokenField.current?.value.trim() ?? ''
    setIsBusy(true)
    setFailure(undefined)
    try {
      await createApi(token, () => undefined).accounts()
      onSignedIn(token, keptField.current?.checked === true)
    } catch (thrown) {
      setFailure(toFailure(thrown))
      setIsBusy(false)
      tokenField.current?.focus()
    }
  }

  return (
    <main class="door">
      <form class="card door-card" onSubmit={submit} autocomplete="off">
        <span class="mark" aria-hidden="true" />
        <h1>Gumloop MCP console</h1>
        <p class="quiet">Who may connect to Gumloop through this server, and what they may do.</p>
        {failure !== undefined && (
          <Alert kind="bad">
            {failure.code === 'unauthorized'
              ? 'This token is not accepted. Is it complete?'
              : failure.message}
          </Alert>
        )}
        {failure === undefined && isOver && (
          <Alert kind="warn">You were signed out: the token is accepted no more.</Alert>
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
          <input ref={keptField} type="checkbox" />
          <span>Keep me signed in until I close this tab</span>
        </label>
        <button type="submit" class="button primary wide" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
        <p class="small quiet" id="token-help">
          On this machine the token is in <code>.local/admin-token</code>. In a deployment make one with{' '}
          <code>gumloop-mcp api-token create --name me --scopes admin --stack NAME</code>.
        </p>
      </form>
    </main>
  )
}
