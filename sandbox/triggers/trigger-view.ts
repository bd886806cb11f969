/** Gumloop's trigger objects. */
import { timestamp, timestampOrNull } from '../http/timestamp.ts'
import { operatorByName } from '../seed/seed-trigger-operators.ts'
import type { TriggerRecord } from '../state/trigger-state.ts'

function statusOf(trigger: TriggerRecord): string {
  if (trigger.isEnabled) return 'active'
  return trigger.runAtMs !== null && trigger.runs.length > 0 ? 'completed' : 'paused'
}

/** A trigger without its secret; `webhookUrl` is given only in the response to its creation. */
export function triggerObject(trigger: TriggerRecord, webhookUrl: string | null = null) {
  const { integration } = trigger
  return {
    id: trigger.id,
    agent_id: trigger.agentId,
    type: trigger.type,
    name: trigger.name,
    prompt: trigger.prompt,
    cron_expression: trigger.cronExpression,
    run_at: timestampOrNull(trigger.runAtMs),
    timezone: trigger.timezone,
    pass_raw_data: trigger.type === 'webhook' ? trigger.passRawData : null,
    enabled: trigger.isEnabled,
    status: statusOf(trigger),
    max_failures: trigger.maxFailures,
    webhook_url: webhookUrl,
    created_at: timestamp(trigger.createdAtMs),
    last_run_at: timestampOrNull(trigger.runs.at(-1)?.atMs ?? null),
    integration:
      integration === null
        ? null
        : {
            operator_name: integration.operatorName,
            operator_version: operatorByName(integration.operatorName)?.version ?? '1',
            parameters: integration.parameters,
          },
  }
}
