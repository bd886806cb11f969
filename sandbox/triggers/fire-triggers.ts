/** Starts agents by their triggers: schedules whose time has come, webhooks and app events. */

import type { World } from '../http/call.ts'
import { ApiError } from '../http/error-response.ts'
import { nextId } from '../http/ids.ts'
import { startSession } from '../sessions/new-session.ts'
import { turnAt } from '../sessions/session-timeline.ts'
import { usageAt } from '../sessions/session-view.ts'
import type { AgentRecord, SessionRecord } from '../state/state.ts'
import type { TriggerRecord, TriggerRunRecord } from '../state/trigger-state.ts'
import { cronTimes, parseCron } from './cron.ts'

/** Of a trigger, in the state. Older ones are counted only. */
const RUNS_LIMIT = 200
/** After a long pause, and when the clock is moved far; what is beyond is skipped. */
const CATCH_UP_LIMIT = 500

function agentOf(world: World, trigger: TriggerRecord): AgentRecord | undefined {
  return world.state.agents.find(agent => agent.id === trigger.agentId && agent.isActive)
}

export function sessionOf(world: World, run: TriggerRunRecord): SessionRecord | undefined {
  return run.sessionId === null
    ? undefined
    : world.state.sessions.find(session => session.id === run.sessionId)
}

export type RunState = 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED'

/** State and end of a run at `nowMs`, from the first turn of its session. */
export function runAt(
  world: World,
  run: TriggerRunRecord,
  nowMs: number,
): { state: RunState; endedAtMs: number | null } {
  const turn = sessionOf(world, run)?.turns[0]
  if (turn === undefined) return { state: 'FAILED', endedAtMs: run.atMs }
  const { state, endedAtMs } = turnAt(turn, nowMs)
  if (state === 'completed') return { state: 'COMPLETED', endedAtMs }
  if (state === 'failed') return { state: 'FAILED', endedAtMs }
  return { state: state === 'queued' ? 'QUEUED' : 'RUNNING', endedAtMs: null }
}

/** Credits of a run so far; null before it has ended. */
export function creditsOf(
  world: World,
  trigger: TriggerRecord,
  run: TriggerRunRecord,
  nowMs: number,
): number | null {
  const session = sessionOf(world, run)
  const agent = world.state.agents.find(entry => entry.id === trigger.agentId)
  if (session === undefined || agent === undefined) return 0
  return usageAt(session, agent, nowMs).credit_cost
}

function keepLatest(world: World, trigger: TriggerRecord, nowMs: number): void {
  while (trigger.runs.length > RUNS_LIMIT) {
    const run = trigger.runs.shift()
    if (run === undefined) return
    trigger.droppedRuns.count += 1
    trigger.droppedRuns.credits += creditsOf(world, trigger, run, nowMs) ?? 0
  }
}

/** Starts a session by a trigger. Without a free slot, the run is recorded as failed. */
export function fireTrigger(
  world: World,
  trigger: TriggerRecord,
  input: string,
  atMs: number,
): TriggerRunRecord {
  const run: TriggerRunRecord = { id: nextId(world.state, 'trun_'), sessionId: null, atMs, startError: null }
  const agent = agentOf(world, trigger)
  try {
    if (agent === undefined) throw new ApiError(404, 'not_reachable', 'The agent is gone.')
    const started = { name: trigger.name, input, creatorId: trigger.creatorId, atMs, triggerId: trigger.id }
    run.sessionId = startSession(world, agent, started).id
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    run.startError = error.code
  }
  trigger.runs.push(run)
  keepLatest(world, trigger, atMs)
  return run
}

/** Switches a trigger off whose latest runs have all failed. */
function stopAfterFailures(world: World, trigger: TriggerRecord, nowMs: number): void {
  let failures = 0
  for (const run of [...trigger.runs].reverse()) {
    const { state, endedAtMs } = runAt(world, run, nowMs)
    if (endedAtMs === null) continue
    if (state !== 'FAILED') return
    failures += 1
    if (failures < trigger.maxFailures) continue
    disable(trigger, nowMs)
    return
  }
}

/** Switches a trigger off and settles what asking the app has cost. */
export function disable(trigger: TriggerRecord, nowMs: number): void {
  trigger.pollCredits = pollCreditsAt(trigger, nowMs)
  trigger.pollingSinceMs = null
  trigger.isEnabled = false
}

const POLL_MS_PER_CREDIT = 86_400_000

/** One credit for each whole day on which the app was asked. */
export function pollCreditsAt({ pollCredits, pollingSinceMs }: TriggerRecord, nowMs: number): number {
  if (pollingSinceMs === null) return pollCredits
  return pollCredits + Math.floor(Math.max(0, nowMs - pollingSinceMs) / POLL_MS_PER_CREDIT)
}

function dueTimes(trigger: TriggerRecord, nowMs: number): number[] {
  const { settledUntilMs, runAtMs, cronExpression } = trigger
  if (runAtMs !== null) return runAtMs > settledUntilMs && runAtMs <= nowMs ? [runAtMs] : []
  const cron = cronExpression === null ? null : parseCron(cronExpression)
  if (cron === null) return []
  return cronTimes(cron, trigger.timezone ?? 'UTC', settledUntilMs, nowMs, CATCH_UP_LIMIT)
}

/** Starts the schedules whose time has come, each at its time. Returns whether the state has changed. */
export function settleTriggers(world: World, nowMs: number): boolean {
  let hasChanged = false
  for (const trigger of world.state.triggers) {
    if (!trigger.isEnabled) continue
    if (trigger.type === 'schedule') {
      for (const atMs of dueTimes(trigger, nowMs)) {
        stopAfterFailures(world, trigger, atMs)
        if (!trigger.isEnabled) break
        fireTrigger(world, trigger, trigger.prompt, atMs)
        if (trigger.runAtMs !== null) trigger.isEnabled = false
        hasChanged = true
      }
      trigger.settledUntilMs = Math.max(trigger.settledUntilMs, nowMs)
    }
    if (trigger.isEnabled) stopAfterFailures(world, trigger, nowMs)
    hasChanged ||= !trigger.isEnabled
  }
  return hasChanged
}
