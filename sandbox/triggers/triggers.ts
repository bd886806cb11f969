/** Triggers of agents: list, create, get, change, delete, and the address of a webhook. */
import { findAgent } from '../agents/agents.ts'
import { type ApiResponse, created, ok } from '../http/api-response.ts'
import { type Call, pathValue, type World } from '../http/call.ts'
import { badRequest, notFound } from '../http/error-response.ts'
import { isSent, textOrNull } from '../http/fields.ts'
import { nextId } from '../http/ids.ts'
import { pageOf } from '../http/paging.ts'
import { refuseTeamKey } from '../http/permissions.ts'
import { TRIGGER_OPERATORS } from '../seed/seed-trigger-operators.ts'
import type { TriggerRecord } from '../state/trigger-state.ts'
import { disable } from './fire-triggers.ts'
import { triggerSettings } from './trigger-settings.ts'
import { triggerObject } from './trigger-view.ts'

const TRIGGERS_PER_AGENT = 50
const MAX_FAILURES = 100
const SECRET_LENGTH = 32

/** @throws ApiError 404 */
export function findTrigger(call: Call): TriggerRecord {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const id = pathValue(call, 'trigger_id')
  const found = call.world.state.triggers.find(trigger => trigger.id === id && trigger.agentId === agent.id)
  if (found === undefined) throw notFound('trigger', id)
  return found
}

/** Contains the trigger's secret: whoever has it can start the agent. */
function webhookUrl({ publicUrl }: World, trigger: TriggerRecord): string | null {
  return trigger.secret === null ? null : `${publicUrl}/webhooks/${trigger.id}/${trigger.secret}`
}

export function listAgentTriggers(call: Call): ApiResponse {
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const own = call.world.state.triggers.filter(trigger => trigger.agentId === agent.id)
  const page = pageOf(own, `triggers of ${agent.id}`, call.query, trigger => trigger.id)
  return ok({
    agent_id: agent.id,
    triggers: page.entries.map(trigger => triggerObject(trigger)),
    next_cursor: page.nextCursor,
  })
}

function maxFailuresOf(call: Call, fallback: number): number {
  const sent = call.body.max_failures
  if (typeof sent !== 'number') return fallback
  if (sent >= 1 && sent <= MAX_FAILURES) return sent
  throw badRequest(`max_failures must be from 1 to ${MAX_FAILURES}.`, 'max_failures')
}

/** @throws ApiError 400 for settings that do not go together, 403 for a team key */
export function createAgentTrigger(call: Call): ApiResponse {
  const { body, nowMs, world } = call
  const { state } = world
  refuseTeamKey(call, 'create a trigger')
  const agent = findAgent(call, pathValue(call, 'agent_id'))
  const prompt = textOrNull(body, 'prompt')
  if (prompt === null) throw badRequest('prompt must not be blank.', 'prompt')
  if (state.triggers.filter(trigger => trigger.agentId === agent.id).length >= TRIGGERS_PER_AGENT)
    throw badRequest(`An agent has at most ${TRIGGERS_PER_AGENT} triggers.`)
  const type = body.type === 'schedule' || body.type === 'webhook' ? body.type : 'integration'
  const settings = triggerSettings(body, type, null, nowMs)
  const isEnabled = isSent(body, 'enabled') ? body.enabled === true : type !== 'integration'
  const trigger: TriggerRecord = {
    id: nextId(state, 'trg_'),
    agentId: agent.id,
    type,
    name: textOrNull(body, 'name'),
    prompt,
    ...settings,
    isEnabled,
    maxFailures: maxFailuresOf(call, settings.runAtMs === null ? 3 : 1),
    creatorId: call.userId,
    createdAtMs: nowMs,
    secret: type === 'webhook' ? nextId(state, '', SECRET_LENGTH) : null,
    settledUntilMs: nowMs,
    pollingSinceMs: type === 'integration' && isEnabled ? nowMs : null,
    pollCredits: 0,
    runs: [],
    droppedRuns: { count: 0, credits: 0 },
  }
  state.triggers.push(trigger)
  return created({ trigger: triggerObject(trigger, webhookUrl(world, trigger)) })
}

export function getAgentTrigger(call: Call): ApiResponse {
  return ok({ trigger: triggerObject(findTrigger(call)) })
}

function enable(trigger: TriggerRecord, nowMs: number): void {
  if (trigger.isEnabled) return
  trigger.isEnabled = true
  trigger.settledUntilMs = nowMs
  if (trigger.type === 'integration') trigger.pollingSinceMs = nowMs
}

/** Changes what was sent. Times that pass while it is paused are not made up for. @throws ApiError 400 */
export function updateAgentTrigger(call: Call): ApiResponse {
  const { body, nowMs } = call
  const trigger = findTrigger(call)
  if (isSent(body, 'integration') && trigger.isEnabled && !isSent(body, 'enabled'))
    throw badRequest('Say enabled: the setup of an active trigger is replaced.', 'enabled')
  if (isSent(body, 'integration') && trigger.creatorId !== call.userId)
    throw badRequest("Only the trigger's creator may replace its setup.", 'integration')
  const settings = triggerSettings(body, trigger.type, trigger, nowMs)
  const maxFailures = maxFailuresOf(call, trigger.maxFailures)
  Object.assign(trigger, settings, {
    maxFailures,
    prompt: textOrNull(body, 'prompt') ?? trigger.prompt,
    name: textOrNull(body, 'name') ?? trigger.name,
  })
  if (isSent(body, 'cron_expression') || isSent(body, 'run_at')) trigger.settledUntilMs = nowMs
  if (body.enabled === true) enable(trigger, nowMs)
  if (body.enabled === false && trigger.isEnabled) disable(trigger, nowMs)
  return ok({ trigger: triggerObject(trigger) })
}

export function deleteAgentTrigger(call: Call): ApiResponse {
  const trigger = findTrigger(call)
  const { state } = call.world
  state.triggers = state.triggers.filter(other => other !== trigger)
  return ok({ agent_id: trigger.agentId, trigger_id: trigger.id, deleted: true })
}

/** @throws ApiError 400 for a trigger that is no webhook */
export function getAgentTriggerWebhookUrl(call: Call): ApiResponse {
  const trigger = findTrigger(call)
  const url = webhookUrl(call.world, trigger)
  if (url === null) throw badRequest(`The trigger "${trigger.id}" is no webhook.`, 'trigger_id')
  return ok({ agent_id: trigger.agentId, trigger_id: trigger.id, webhook_url: url })
}

export function listAgentTriggerOperators(call: Call): ApiResponse {
  findAgent(call, pathValue(call, 'agent_id'))
  return ok({ operators: TRIGGER_OPERATORS })
}
