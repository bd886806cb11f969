/** The connectors of an account, newest first. */
import type { ConnectorRecord } from '../lambda/connectors/connector.ts'
import { FailureAlert } from './alert.tsx'
import type { Api } from './api.ts'
import { RelativeTime } from './relative-time.tsx'
import { toFragment } from './route.ts'
import { StatusPill } from './status-pill.tsx'
import { describeLimits } from './tool-preview.ts'
import { useLoaded } from './use-loaded.ts'
import { useTitle } from './use-title.ts'

export function ConnectorList({ api, account }: { api: Api; account: string }) {
  const connectors = useLoaded(account, () => api.connectors(account))
  useTitle(`Connectors of ${account}`)
  const create = toFragment({ page: 'new', account })
  return (
    <section aria-labelledby="heading">
      <div class="bar">
        <div>
          <h1 id="heading" tabIndex={-1}>
            Connectors
          </h1>
          <p class="quiet">Each connector is an MCP server URL for a selection of the account’s tools.</p>
        </div>
        <a class="button primary" href={create}>
          New connector
        </a>
      </div>
      {connectors.failure !== undefined && <FailureAlert failure={connectors.failure} />}
      {connectors.value === undefined && connectors.isLoading && <Skeleton />}
      {connectors.value?.length === 0 && (
        <div class="card empty">
          <h2>No connectors yet</h2>
          <p>Create one, choose what it may do and for how long, and paste its URL into ChatGPT.</p>
          <p>
            <a class="button primary" href={create}>
              Create the first connector
            </a>
          </p>
        </div>
      )}
      {connectors.value !== undefined && connectors.value.length > 0 && (
        <Tables connectors={connectors.value} />
      )}
    </section>
  )
}

/** Revoked connectors are kept for a year. They are listed below the others. */
function Tables({ connectors }: { connectors: ConnectorRecord[] }) {
  const revoked = connectors.filter(({ revoked_at }) => revoked_at !== null)
  const others = connectors.filter(({ revoked_at }) => revoked_at === null)
  return (
    <>
      {others.length > 0 && <Table connectors={others} />}
      {revoked.length > 0 && (
        <details class="more" open={others.length === 0}>
          <summary>{revoked.length} revoked</summary>
          <Table connectors={revoked} />
        </details>
      )}
    </>
  )
}

function Table({ connectors }: { connectors: ConnectorRecord[] }) {
  const nowMs = Date.now()
  return (
    <div class="card flush">
      <table class="rows">
        <caption class="hidden">Connectors, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Status</th>
            <th scope="col">Tools</th>
            <th scope="col">Expires</th>
            <th scope="col">Last used</th>
          </tr>
        </thead>
        <tbody>
          {connectors.map(record => (
            <tr key={record.id}>
              <th scope="row">
                <a href={toFragment({ page: 'connector', account: record.account_id, id: record.id })}>
                  {record.name}
                </a>
              </th>
              <td data-label="Status">
                <StatusPill record={record} nowMs={nowMs} />
              </td>
              <td data-label="Tools">{describeLimits(record.config)}</td>
              <td data-label="Expires">
                <RelativeTime timestamp={record.expires_at} nowMs={nowMs} />
              </td>
              <td data-label="Last used">
                <RelativeTime timestamp={record.last_used_at} nowMs={nowMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Skeleton() {
  return (
    <div class="card skeleton" role="status">
      <span class="hidden">Loading…</span>
    </div>
  )
}
