/** The page of a signed-in administrator: the account choice and the current view. */
import { useEffect, useState } from 'preact/hooks'
import type { AccountRecord } from '../lambda/accounts/account.ts'
import { Alert, FailureAlert } from './alert.tsx'
import type { Api } from './api.ts'
import { ConnectorList } from './connector-list.tsx'
import { ConnectorPage } from './connector-page.tsx'
import { EditConnector } from './edit-connector.tsx'
import { NewConnector } from './new-connector.tsx'
import { parseRoute, type Route, toFragment } from './route.ts'
import { useLoaded } from './use-loaded.ts'
import { focusHeading } from './use-title.ts'

export function Workspace({ api, onSignOut }: { api: Api; onSignOut(): void }) {
  const route = useRoute()
  const accounts = useLoaded('accounts', () => api.accounts())
  const account = route.account ?? accounts.value?.[0]?.id
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href={toFragment({ page: 'connectors' })}>
          <span class="mark" aria-hidden="true" />
          <span>
            Gumloop <b>MCP</b>
          </span>
        </a>
        {accounts.value !== undefined && accounts.value.length > 0 && (
          <AccountChoice accounts={accounts.value} account={account} />
        )}
        <button type="button" class="button quiet-button" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        {accounts.failure !== undefined && <FailureAlert failure={accounts.failure} />}
        {accounts.value !== undefined && (
          <NeedsReauth account={accounts.value.find(({ id }) => id === account)} />
        )}
        {accounts.value?.length === 0 && <NoAccounts />}
        {account !== undefined && <Part api={api} route={route} account={account} />}
      </main>
    </>
  )
}

function Part({ api, route, account }: { api: Api; route: Route; account: string }) {
  switch (route.page) {
    case 'connectors':
      return <ConnectorList api={api} account={account} />
    case 'new':
      return <NewConnector api={api} account={account} />
    case 'connector':
      return <ConnectorPage key={route.id} api={api} account={account} id={route.id} />
    case 'edit':
      return <EditConnector key={route.id} api={api} account={account} id={route.id} />
  }
}

function AccountChoice({ accounts, account }: { accounts: AccountRecord[]; account: string | undefined }) {
  if (accounts.length === 1) {
    return (
      <p class="account">
        <span class="label">Account</span> <b>{account}</b>
      </p>
    )
  }
  return (
    <label class="account">
      <span class="label">Account</span>
      <select
        value={account}
        onChange={event => {
          location.hash = toFragment({ page: 'connectors', account: event.currentTarget.value })
        }}
      >
        {accounts.map(({ id, state }) => (
          <option key={id} value={id}>
            {state === 'ready' ? id : `${id} (key rejected)`}
          </option>
        ))}
      </select>
    </label>
  )
}

function NeedsReauth({ account }: { account: AccountRecord | undefined }) {
  if (account?.state !== 'needs_reauth') return null
  return (
    <Alert kind="warn">
      <p>Gumloop rejects the key of this account, so its connectors do not work.</p>
      <p>
        Store a new one: <code>gumloop-mcp account put --account {account.id}</code>. No deployment is needed.
      </p>
    </Alert>
  )
}

function NoAccounts() {
  return (
    <section class="card empty">
      <h1>No accounts yet</h1>
      <p>
        An account is one set of Gumloop credentials. Store its key to create it; this page never handles
        keys:
      </p>
      <p>
        <code>gumloop-mcp account put --account NAME --user-id ID --stack STACK</code>
      </p>
    </section>
  )
}

/** The route in the URL. When it changes, the focus moves to the heading of the new view. */
function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash))
  useEffect(() => {
    const onChange = () => {
      setRoute(parseRoute(location.hash))
      requestAnimationFrame(() => focusHeading('heading'))
    }
    addEventListener('hashchange', onChange)
    return () => removeEventListener('hashchange', onChange)
  }, [])
  return route
}
