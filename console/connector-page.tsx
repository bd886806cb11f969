/** One connector: its state, its actions, and its recent calls. */
import { useState } from 'preact/hooks'
import type { ConnectorWithToken } from '../lambda/admin/connector-admin.ts'
import { type ConnectorRecord, connectorStatus, resultCharacters } from '../lambda/connectors/connector.ts'
import { type Action, ActionDialog } from './action-dialog.tsx'
import { FailureAlert } from './alert.tsx'
import type { Api, Versioned } from './api.ts'
import { CallsTable } from './calls-table.tsx'
import { RelativeTime } from './relative-time.tsx'
import { toFragment } from './route.ts'
import { StatusPill } from './status-pill.tsx'
import { describeLimits } from './tool-preview.ts'
import { UrlOnce } from './url-once.tsx'
import { type Loaded, useLoaded } from './use-loaded.ts'
import { useTitle } from './use-title.ts'

export function ConnectorPage({ api, account, id }: { api: Api; account: string; id: string }) {
  const loaded = useLoaded(id, () => api.connector(account, id))
  const catalog = useLoaded('catalog', () => api.catalog())
  const [rotated, setRotated] = useState<{ connector: ConnectorWithToken; oldUrl: string }>()
  const at = loaded.value
  useTitle(at?.record.name ?? 'Connector')
  if (rotated !== undefined) {
    const onDone = () => {
      setRotated(undefined)
      loaded.reload()
    }
    return <UrlOnce {...rotated} onDone={onDone} />
  }
  return (
    <section aria-labelledby="heading">
      <nav aria-label="Breadcrumb" class="crumbs">
        <a href={toFragment({ page: 'connectors', account })}>Connectors</a>
      </nav>
      {loaded.failure !== undefined && <FailureAlert failure={loaded.failure} />}
      {at !== undefined && (
        <>
          <Heading
            api={api}
            at={at}
            loaded={loaded}
            newestCatalog={catalog.value?.version ?? 1}
            onRotated={(connector, oldUrl) => setRotated({ connector, oldUrl })}
          />
          <Facts record={at.record} />
          <CallsTable api={api} account={account} id={id} />
        </>
      )}
    </section>
  )
}

interface HeadingProps {
  api: Api
  at: Versioned
  loaded: Loaded<Versioned>
  /** Version of the catalog. */
  newestCatalog: number
  onRotated(connector: ConnectorWithToken, oldUrl: string): void
}

function Heading({ api, at, loaded, newestCatalog, onRotated }: HeadingProps) {
  const [action, setAction] = useState<Action>()
  const { record } = at
  const nowMs = Date.now()
  const isRevoked = connectorStatus(record, nowMs) === 'revoked'
  return (
    <div class="bar">
      <div>
        <h1 id="heading" tabIndex={-1}>
          {record.name} <StatusPill record={record} nowMs={nowMs} />
        </h1>
        <p class="quiet mono small">{record.id}</p>
      </div>
      {!isRevoked && (
        <div class="actions">
          <a class="button" href={toFragment({ page: 'edit', account: record.account_id, id: record.id })}>
            Edit
          </a>
          <button type="button" class="button" onClick={() => setAction('expiry')}>
            Expiry
          </button>
          <button
            type="button"
            class="button"
            onClick={() => setAction(record.disabled ? 'enable' : 'disable')}
          >
            {record.disabled ? 'Enable' : 'Disable'}
          </button>
          {(record.config.catalog_version ?? 1) < newestCatalog && (
            <button type="button" class="button" onClick={() => setAction('refresh')}>
              New tools
            </button>
          )}
          <button type="button" class="button" onClick={() => setAction('rotate')}>
            New URL
          </button>
          <button type="button" class="button danger" onClick={() => setAction('revoke')}>
            Revoke
          </button>
        </div>
      )}
      {action !== undefined && (
        <ActionDialog
          api={api}
          at={at}
          action={action}
          onChanged={loaded.replace}
          onReload={loaded.reload}
          onRotated={onRotated}
          onClose={() => setAction(undefined)}
        />
      )}
    </div>
  )
}

function Facts({ record }: { record: ConnectorRecord }) {
  const nowMs = Date.now()
  const { config } = record
  return (
    <dl class="card facts">
      <div>
        <dt>Tools</dt>
        <dd>{describeLimits(config)}</dd>
      </div>
      <div>
        <dt>Tool list</dt>
        <dd>{EXPOSURE_LABELS[config.tool_exposure]}</dd>
      </div>
      <div>
        <dt>Expires</dt>
        <dd>
          <RelativeTime timestamp={record.expires_at} nowMs={nowMs} />
        </dd>
      </div>
      <div>
        <dt>Last used</dt>
        <dd>
          <RelativeTime timestamp={record.last_used_at} nowMs={nowMs} />
          {record.last_used_from !== null && ` from ${record.last_used_from}`}
        </dd>
      </div>
      <div>
        <dt>API token</dt>
        <dd>{config.require_api_token_auth ? 'required' : 'not required'}</dd>
      </div>
      <div>
        <dt>Results</dt>
        <dd>up to {resultCharacters(config).toLocaleString('en')} characters</dd>
      </div>
      <div>
        <dt>Created</dt>
        <dd>
          <RelativeTime timestamp={record.created_at} nowMs={nowMs} />{' '}
          <span class="quiet small block">by {record.created_by}</span>
        </dd>
      </div>
    </dl>
  )
}

const EXPOSURE_LABELS = { essentials: 'essentials', all: 'all tools', discovery: 'search only' } as const
