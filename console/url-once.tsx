/** Shows the URL of a connector once, with the steps for each client. */
import { useEffect, useState } from 'preact/hooks'
import type { ConnectorWithToken } from '../lambda/admin/connector-admin.ts'
import { clientSteps } from './client-steps.ts'
import { CopyButton } from './copy-button.tsx'
import { toFragment } from './route.ts'
import { Steps } from './steps.tsx'
import { focusHeading } from './use-title.ts'

interface UrlOnceProps {
  connector: ConnectorWithToken
  /** What happens to the previous URL, if there is one. */
  oldUrl?: string
  /** Left out: the button leads to the connector's page. */
  onDone?: () => void
}

export function UrlOnce({ connector, oldUrl, onDone }: UrlOnceProps) {
  const { url, name, account_id: account, id, config } = connector
  const clients = clientSteps(url, config.require_api_token_auth)
  const [shown, setShown] = useState(0)
  useEffect(() => focusHeading('heading'), [])
  const steps = clients[shown]
  return (
    <section aria-labelledby="heading">
      <h1 id="heading" tabIndex={-1}>
        {name} is ready
      </h1>
      <div class="card stack">
        <div>
          <label class="field">
            <span class="label">Connector URL</span>
            <span class="copy-row">
              <input id="connector-url" class="mono" type="text" readOnly value={url} onFocus={selectAll} />
              <CopyButton text={url} label="Copy URL" isPrimary />
            </span>
          </label>
          <p class="small warn-text">
            It is shown only once, because only its hash is stored. Treat it like a password. {oldUrl}
          </p>
        </div>
        <div>
          <h2>Add it to a client</h2>
          <div
            class="tabs"
            role="tablist"
            aria-label="Clients"
            onKeyDown={event => moveTab(event, shown, clients.length, setShown)}
          >
            {clients.map((client, at) => (
              <button
                key={client.name}
                type="button"
                role="tab"
                id={`tab-${at}`}
                aria-selected={at === shown}
                aria-controls="tab-panel"
                tabIndex={at === shown ? 0 : -1}
                onClick={() => setShown(at)}
              >
                {client.name}
              </button>
            ))}
          </div>
          {steps !== undefined && (
            <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${shown}`} class="tab-panel">
              <Steps client={steps} />
            </div>
          )}
        </div>
      </div>
      <div class="actions">
        {onDone === undefined ? (
          <a class="button" href={toFragment({ page: 'connector', account, id })}>
            Done, I copied it
          </a>
        ) : (
          <button type="button" class="button" onClick={onDone}>
            Done, I copied it
          </button>
        )}
      </div>
    </section>
  )
}

function selectAll(event: FocusEvent) {
  if (event.currentTarget instanceof HTMLInputElement) event.currentTarget.select()
}

/** Arrow keys, Home and End move between tabs (ARIA tabs pattern). */
function moveTab(event: KeyboardEvent, shown: number, count: number, show: (at: number) => void) {
  const next: Record<string, number> = {
    ArrowRight: (shown + 1) % count,
    ArrowLeft: (shown + count - 1) % count,
    Home: 0,
    End: count - 1,
  }
  const at = next[event.key]
  if (at === undefined) return
  event.preventDefault()
  show(at)
  document.getElementById(`tab-${at}`)?.focus()
}
