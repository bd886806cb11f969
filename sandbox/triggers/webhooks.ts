/** Starts agents from outside of the API: requests to a webhook's address, and app events made by the control API. */
import { timingSafeEqual } from 'node:crypto'
import { type ApiResponse, accepted } from '../http/api-response.ts'
import type { World } from '../http/call.ts'
import { ApiError, errorResponse, notFound } from '../http/error-response.ts'
import type { TriggerRecord } from '../state/trigger-state.ts'
import { fireTrigger } from './fire-triggers.ts'

const PREFIX = '/webhooks/'
const INPUT_LIMIT = 100_000

export const isWebhookPath = (path: string): boolean => path.startsWith(PREFIX)

/** The path without the secret, for logs. */
export const withoutSecret = (path: string): string =>
  isWebhookPath(path) ? `${PREFIX}${path.slice(PREFIX.length).split('/')[0]}/…` : path

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** @throws ApiError 409 while it is paused */
function fire(world: World, trigger: TriggerRecord, data: string, nowMs: number): ApiResponse {
  if (!trigger.isEnabled) throw new ApiError(409, 'trigger_paused', 'The trigger is paused.')
  const hasData = trigger.passRawData && data !== ''
  const run = fireTrigger(world, trigger, (hasData ? data : trigger.prompt).slice(0, INPUT_LIMIT), nowMs)
  if (run.startError !== null) throw new ApiError(429, run.startError, 'The agent could not be started.')
  return accepted({ gummie_trigger_run_id: run.id, interaction_id: run.sessionId })
}

/** A request to a webhook. An unknown trigger and a wrong secret are answered alike. */
export function handleWebhook(
  method: string,
  path: string,
  body: Buffer,
  world: World,
  nowMs: number,
): ApiResponse {
  const [id = '', secret = ''] = path.slice(PREFIX.length).split('/')
  try {
    if (method !== 'POST')
      throw new ApiError(405, 'method_not_allowed', 'Use POST.', { headers: { allow: 'POST' } })
    const trigger = world.state.triggers.find(entry => entry.id === id)
    if (trigger === undefined || trigger.secret === null || !isSame(trigger.secret, secret))
      throw new ApiError(404, 'not_found', 'There is no such webhook.')
    return fire(world, trigger, body.toString('utf8'), nowMs)
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error, 'agent')
    throw error
  }
}

/** Something happened in the app that a trigger waits for. @throws ApiError 404, 409 */
export function handleAppEvent(world: World, triggerId: string, nowMs: number): ApiResponse {
  const trigger = world.state.triggers.find(entry => entry.id === triggerId && entry.type === 'integration')
  if (trigger === undefined) throw notFound('app event trigger', triggerId)
  return fire(world, trigger, '', nowMs)
}
