/** The triggers that come with the sandbox. None of them starts by itself: nothing runs unasked. */
import type { TriggerRecord } from '../state/trigger-state.ts'

const SEEDED_AT_MS = Date.parse('2026-06-01T08:00:00Z')

const trigger = (
  more: Pick<TriggerRecord, 'id' | 'agentId' | 'type' | 'name' | 'prompt'>,
): TriggerRecord => ({
  cronExpression: null,
  runAtMs: null,
  timezone: null,
  passRawData: false,
  isEnabled: true,
  maxFailures: 3,
  creatorId: 'user_noor',
  createdAtMs: SEEDED_AT_MS,
  secret: null,
  integration: null,
  settledUntilMs: SEEDED_AT_MS,
  pollingSinceMs: null,
  pollCredits: 0,
  runs: [],
  droppedRuns: { count: 0, credits: 0 },
  ...more,
})

/** @param secretOf makes the last part of a webhook's address from its trigger's id */
export function seedTriggers(secretOf: (id: string) => string): TriggerRecord[] {
  return [
    {
      ...trigger({
        id: 'trg_audit_on_request',
        agentId: 'agt_security_audit',
        type: 'webhook',
        name: 'Audit on request',
        prompt: 'Audit all accounts.',
      }),
      secret: secretOf('trg_audit_on_request'),
    },
    {
      ...trigger({
        id: 'trg_ticket_arrives',
        agentId: 'agt_support_triage',
        type: 'webhook',
        name: 'A ticket arrives',
        prompt: 'Sort this ticket.',
      }),
      passRawData: true,
      secret: secretOf('trg_ticket_arrives'),
    },
    {
      ...trigger({
        id: 'trg_support_channel',
        agentId: 'agt_support_triage',
        type: 'integration',
        name: 'Message in #repairs',
        prompt: 'Sort this message.',
      }),
      pollingSinceMs: SEEDED_AT_MS,
      integration: {
        operatorName: 'Slack Message Reader',
        parameters: { Channel: '#repairs' },
        credentials: {
          slack_access_token: { secret_id: 'acct_slack_noor', is_personal_credential: true },
        },
      },
    },
  ]
}
