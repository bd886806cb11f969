/**
 * Triggers of agents. The address of a webhook contains the secret that starts the agent, so only
 * `reveal_a_gumloop_agent_trigger_webhook_url` returns it, whatever Gumloop sends elsewhere.
 */
import { toListPage } from '../../gumloop/paging.ts'
import { AppError, type ValidationError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { recordOf, withOwnFields } from '../own-fields.ts'
import type { ToolCall, ToolHandler } from '../tool-call.ts'

const REVEAL = 'reveal_a_gumloop_agent_trigger_webhook_url'
const UPDATE = 'update_a_gumloop_agent_trigger_by_id'
/** `agent.triggers[].webhook_url` is the deepest place. */
const DEPTH = 4

/** `value` without the addresses of webhooks. */
function withoutWebhookUrls(value: unknown, depth = DEPTH): unknown {
  if (depth === 0) return value
  if (Array.isArray(value)) return value.map(item => withoutWebhookUrls(item, depth - 1))
  if (!isObject(value)) return value
  const fields = Object.entries(value).filter(([name]) => name !== 'webhook_url')
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutWebhookUrls(field, depth - 1)]))
}

/** Gumloop's record without addresses: for operations that return agents or triggers. */
export const withoutWebhookUrl: ToolHandler = async ({ tool, args, operation }) => {
  const record = recordOf(tool, await operation(tool.name, args))
  return { structured: asRecord(withoutWebhookUrls(record)) }
}

export const listTriggers: ToolHandler = async ({ tool, args, operation }) => {
  const paging = tool.plan?.paging
  if (!paging) throw new Error(`the tool file of ${tool.name} has no paging`)
  const { value } = await operation(tool.name, args)
  const page = toListPage(paging, args, value)
  return { structured: { ...page, result: page.result.map(item => withoutWebhookUrls(item)) } }
}

/** Creates or changes a trigger. Combinations that Gumloop refuses are refused here, with the field. */
export const changeTrigger: ToolHandler = async call => {
  const { tool, args, operation } = call
  const errors = scheduleErrors(args)
  if (errors.length > 0) {
    throw new AppError('invalid_arguments', `Invalid arguments for ${tool.name}.`, {
      errors,
      mayHaveTakenEffect: false,
    })
  }
  const record = asRecord(withoutWebhookUrls(recordOf(tool, await operation(tool.name, args))))
  const trigger = isObject(record.trigger) ? record.trigger : record
  return { structured: withOwnFields({ next_step: nextStep(trigger, call) }, record) }
}

function scheduleErrors(args: Record<string, unknown>): ValidationError[] {
  const { type, cron_expression: cron, run_at: at, integration } = args
  const errors: ValidationError[] = []
  if (cron !== undefined && at !== undefined)
    errors.push({ path: 'run_at', message: 'cannot be combined with cron_expression: send one of both' })
  // A change of an existing trigger does not name its type.
  if (type === undefined) return errors
  if (type === 'schedule' && cron === undefined && at === undefined)
    errors.push({ path: 'cron_expression', message: 'or run_at is required for a schedule' })
  if (type !== 'schedule' && (cron !== undefined || at !== undefined))
    errors.push({ path: 'type', message: 'must be schedule for cron_expression and run_at' })
  if (type === 'integration' && integration === undefined)
    errors.push({ path: 'integration', message: 'is required for type integration' })
  if (type !== 'integration' && integration !== undefined)
    errors.push({ path: 'integration', message: 'is only for type integration' })
  return errors
}

function nextStep(trigger: Record<string, unknown>, { mayCall }: ToolCall): string {
  const isPaused = trigger.enabled === false
  const state = isPaused
    ? `The trigger is paused.${mayCall(UPDATE) ? ` ${UPDATE} with enabled: true starts it.` : ''}`
    : 'The trigger is active. Tell the user when and as whom it runs.'
  if (trigger.type !== 'webhook') return state
  return `${state} Its address is a secret and not returned here.${mayCall(REVEAL) ? ` ${REVEAL} shows it.` : ''}`
}

function asRecord(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {}
}
