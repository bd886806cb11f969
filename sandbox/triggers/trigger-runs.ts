/** What a trigger has done and what it has cost. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { textOrNull } from '../http/fields.ts'
import { pageOf } from '../http/paging.ts'
import { timestamp, timestampOrNull } from '../http/timestamp.ts'
import type { TriggerRecord, TriggerRunRecord } from '../state/trigger-state.ts'
import { creditsOf, pollCreditsAt, runAt, sessionOf } from './fire-triggers.ts'
import { findTrigger } from './triggers.ts'

function runObject(call: Call, trigger: TriggerRecord, run: TriggerRunRecord) {
  const { state, endedAtMs } = runAt(call.world, run, call.nowMs)
  return {
    gummie_trigger_run_id: run.id,
    interaction_id: run.sessionId,
    state,
    name: trigger.name,
    message_id: sessionOf(call.world, run)?.turns[0]?.id ?? null,
    continuation_mode: null,
    created_ts: timestamp(run.atMs),
    finished_ts: timestampOrNull(endedAtMs),
    duration_ms: endedAtMs === null ? null : Math.round(endedAtMs - run.atMs),
    credit_cost: endedAtMs === null ? null : creditsOf(call.world, trigger, run, call.nowMs),
    delivery_refusal: run.startError,
    background_task: null,
  }
}

/** Newest first. `state` takes several states, separated by commas. */
export function listAgentTriggerRuns(call: Call): ApiResponse {
  const trigger = findTrigger(call)
  const states = textOrNull(call.query, 'state')?.split(',')
  const rows = [...trigger.runs]
    .reverse()
    .map(run => runObject(call, trigger, run))
    .filter(row => states === undefined || states.includes(row.state))
  const page = pageOf(rows, `runs of ${trigger.id}`, call.query, row => row.gummie_trigger_run_id)
  return ok({ items: page.entries, next_cursor: page.nextCursor })
}

export function getAgentTriggerStats(call: Call): ApiResponse {
  const trigger = findTrigger(call)
  const { count, credits } = trigger.droppedRuns
  const costs = trigger.runs.map(run => creditsOf(call.world, trigger, run, call.nowMs) ?? 0)
  const runCredits = costs.reduce((sum, cost) => sum + cost, credits)
  const pollCredits = pollCreditsAt(trigger, call.nowMs)
  return ok({
    run_count: count + trigger.runs.length,
    last_run_ts: timestampOrNull(trigger.runs.at(-1)?.atMs ?? null),
    run_credits: runCredits,
    poll_credits: pollCredits,
    total_credits: runCredits + pollCredits,
  })
}
