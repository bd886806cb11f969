/** Triggers, which start an agent by themselves, as plain data. */

export interface TriggerRunRecord {
  id: string
  /** Null when no session could be started. */
  sessionId: string | null
  atMs: number
  /** Why no session was started. */
  startError: string | null
}

export interface AppEventSetup {
  operatorName: string
  parameters: Record<string, unknown>
  credentials: Record<string, unknown>
}

export interface TriggerRecord {
  id: string
  agentId: string
  type: 'schedule' | 'webhook' | 'integration'
  name: string | null
  prompt: string
  /** Of a repeated schedule. */
  cronExpression: string | null
  /** Of a single run. */
  runAtMs: number | null
  timezone: string | null
  passRawData: boolean
  isEnabled: boolean
  /** Failures in a row after which it switches itself off. */
  maxFailures: number
  creatorId: string
  createdAtMs: number
  /** The last part of a webhook's address; null for other types. */
  secret: string | null
  integration: AppEventSetup | null
  /** Of a schedule: the times up to here have been dealt with. */
  settledUntilMs: number
  /** Since when the app is asked for events; null while it is not. */
  pollingSinceMs: number | null
  /** Credits for asking the app, up to `pollingSinceMs`. */
  pollCredits: number
  /** The latest, oldest first. Older ones are only counted. */
  runs: TriggerRunRecord[]
  droppedRuns: { count: number; credits: number }
}
