/** Recent calls through a connector, from the log. Refreshes itself while the page is visible. */
import { useEffect } from 'preact/hooks'
import type { CallRecord } from '../lambda/admin/call-log.ts'
import { FailureAlert } from './alert.tsx'
import type { Api } from './api.ts'
import { RelativeTime } from './relative-time.tsx'
import { useLoaded } from './use-loaded.ts'

const REFRESH_MS = 15_000

export function CallsTable({ api, account, id }: { api: Api; account: string; id: string }) {
  const calls = useLoaded(id, () => api.calls(account, id))
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') calls.reload()
    }, REFRESH_MS)
    return () => clearInterval(timer)
  }, [calls.reload])
  return (
    <section aria-labelledby="calls-heading">
      <div class="bar">
        <div>
          <h2 id="calls-heading">Recent calls</h2>
          <p class="quiet small">From the last 24 hours. In a deployment, calls appear after some seconds.</p>
        </div>
        <button type="button" class="button" onClick={calls.reload}>
          Refresh
        </button>
      </div>
      {calls.failure !== undefined && <FailureAlert failure={calls.failure} />}
      <div aria-live="polite" aria-busy={calls.isLoading && calls.value === undefined}>
        {calls.value?.length === 0 && <p class="card empty quiet">No calls yet.</p>}
        {calls.value !== undefined && calls.value.length > 0 && <Rows calls={calls.value} />}
      </div>
    </section>
  )
}

function Rows({ calls }: { calls: CallRecord[] }) {
  const nowMs = Date.now()
  return (
    <div class="card flush">
      <table class="rows">
        <caption class="hidden">Recent calls, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Tool</th>
            <th scope="col">Outcome</th>
            <th scope="col">Duration</th>
            <th scope="col">Client</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {calls.map(call => (
            <tr key={`${call.request_id}${call.at}`}>
              <th scope="row" class="mono">
                {call.tool}
              </th>
              <td data-label="Outcome">
                <span class={`pill ${call.outcome === 'ok' ? 'good' : 'warn'}`}>
                  {call.outcome.replaceAll('_', ' ')}
                </span>
              </td>
              <td data-label="Duration" class="number">
                {formatDuration(call.duration_ms)}
              </td>
              <td data-label="Client">{call.client ?? <span class="quiet">unknown</span>}</td>
              <td data-label="Time">
                <RelativeTime timestamp={call.at} nowMs={nowMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function formatDuration(durationMs: number): string {
  return durationMs < 1_000 ? `${durationMs} ms` : `${(durationMs / 1_000).toFixed(1)} s`
}
