/** The event `Gumloop Run Finished`: which run ended, how, and what it made. No text of the run itself. Pure. */
import { toTimestamp } from '../../shared/clock.ts'
import { executionName } from '../run.ts'
import type { CompletionEvent, Watch } from './watch.ts'

/**
 * Whoever may write rules in the AWS account can read the event, so that answers, outputs and inputs are left out: they
 * are fetched over a connector, by id.
 */
export function toCompletionEvent(watch: Watch): CompletionEvent {
  const { run, details } = watch
  const { beganAtMs, endedAtMs } = span(watch)
  return {
    /** The same in every copy of the same event. */
    id: executionName(watch.watchId, watch.attempt),
    kind: run.kind,
    ...(run.kind === 'session' ? { session_id: run.id } : { run_id: run.id }),
    account_id: run.accountId,
    connector_id: watch.connectorId,
    agent_id: details.agent_id,
    agent_name: details.agent_name,
    state: watch.state,
    outcome: watch.outcome,
    began_at: toTimestamp(beganAtMs),
    ended_at: toTimestamp(endedAtMs),
    duration_seconds: Math.max(0, Math.round((endedAtMs - beganAtMs) / 1000)),
    cost: details.cost,
    artifacts: (details.artifacts ?? []).map(({ id, filename, media_type, size }) => ({
      id,
      filename,
      media_type,
      size,
    })),
  }
}

/** Begin and end by one clock: Gumloop's where its record has both, else ours. */
function span({ beganAtMs, endedAtMs, polledAtMs, upstreamBeganAtMs, upstreamEndedAtMs }: Watch) {
  return upstreamBeganAtMs !== null && upstreamEndedAtMs !== null && upstreamEndedAtMs >= upstreamBeganAtMs
    ? { beganAtMs: upstreamBeganAtMs, endedAtMs: upstreamEndedAtMs }
    : { beganAtMs, endedAtMs: endedAtMs ?? polledAtMs }
}
