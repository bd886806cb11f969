/** The audit trail: who did what, when, to what. Entries are only added; of an entry only its outcome is updated. */
import type { Item, Value } from '../aws/attribute-value.ts'
import { listPage, type PageRequest } from '../aws/list-page.ts'
import type { ItemKey, Table } from '../aws/table-access.ts'
import { mintId } from '../connectors/token.ts'
import type { Clock } from '../shared/clock.ts'
import { AppError, type ErrorCode, toAppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { ITEM_PREFIX, TABLE } from '../shared/names.ts'
import { deletableAtSeconds, RECORD_RETENTION_DAYS } from '../shared/retention.ts'

export type AuditAction =
  | 'connector.create'
  | 'connector.update'
  | 'connector.rotate'
  | 'connector.revoke'
  | 'connector.refresh'
  | 'account.put'
  | 'account.remove'
  | 'tool_group.put'
  | 'tool_group.remove'
  | 'api_token.create'
  | 'api_token.revoke'

export interface AuditEntry {
  /** RFC 3339 with milliseconds. */
  at: string
  actor: string
  action: AuditAction
  /** The account that was changed; null for API tokens, which belong to the deployment. */
  account_id: string | null
  /** Id of the connector, account or API token; name of the tool group. */
  target: string
  /** What was requested; never a secret. */
  detail: Record<string, Value>
  /** `begun`: the process ended before the outcome was recorded; check the target. */
  outcome: 'begun' | 'done' | 'failed'
  /** The error code if it failed. */
  error: string | null
}

export type AuditSubject = Pick<AuditEntry, 'actor' | 'action' | 'account_id' | 'target' | 'detail'>

export interface Audit {
  /**
   * Records the intent, makes the change, records the outcome: no change is made without an entry. If recording the
   * outcome fails, the change is still in effect and its entry stays `begun`.
   */
  recorded<T>(subject: AuditSubject, change: () => Promise<T>): Promise<T>
  /** Entries of an account (null: those of the deployment's API tokens), newest first. */
  list(
    accountId: string | null,
    page: PageRequest,
  ): Promise<{ entries: AuditEntry[]; nextCursor: string | null }>
}

export function createAudit({
  table,
  now,
  retentionDays = RECORD_RETENTION_DAYS,
}: {
  table: Table
  now: Clock
  retentionDays?: number
}): Audit {
  async function begin(subject: AuditSubject): Promise<ItemKey> {
    const nowMs = now()
    const at = new Date(nowMs).toISOString()
    const key = { pk: auditPartition(subject.account_id), sk: `${at}#${mintId()}` }
    const ttl = deletableAtSeconds(nowMs, retentionDays)
    const entry: Item = { ...subject, at, outcome: 'begun', error: null, [TABLE.timeToLive]: ttl }
    if (!(await table.insertItem({ ...entry, ...key }, 'own key'))) {
      throw new AppError('internal', 'The audit trail could not be written. Try again.')
    }
    return key
  }

  async function finish(key: ItemKey, outcome: 'done' | 'failed', code: ErrorCode | null): Promise<void> {
    const update = {
      expression: 'SET #outcome = :outcome, #error = :error',
      condition: 'attribute_exists(pk) AND #outcome = :begun',
      names: { '#outcome': 'outcome', '#error': 'error' },
      values: { ':outcome': outcome, ':error': code, ':begun': 'begun' },
      proof: 'repeatable',
    } as const
    await table.updateItem(key, update).catch(() => false)
  }

  return {
    async recorded(subject, change) {
      const key = await begin(subject)
      try {
        const result = await change()
        await finish(key, 'done', null)
        return result
      } catch (error) {
        await finish(key, 'failed', toAppError(error).code)
        throw error
      }
    },

    async list(accountId, page) {
      const range = { partition: auditPartition(accountId), index: 'table', newestFirst: true } as const
      const { items, nextCursor } = await listPage(table, { ...range, kind: 'audit' }, page)
      return { entries: items.map(fromItem), nextCursor }
    },
  }
}

function auditPartition(accountId: string | null): string {
  return `${ITEM_PREFIX.audit}${accountId === null ? 'API_TOKENS' : `${ITEM_PREFIX.account}${accountId}`}`
}

function fromItem(item: Item): AuditEntry {
  const { account_id, detail, outcome, error } = item
  return {
    at: String(item.at),
    actor: String(item.actor),
    // An action of a newer or older version is shown as it is stored.
    action: String(item.action) as AuditAction,
    account_id: typeof account_id === 'string' ? account_id : null,
    target: String(item.target),
    detail: isObject(detail) ? detail : {},
    outcome: outcome === 'done' || outcome === 'failed' ? outcome : 'begun',
    error: typeof error === 'string' ? error : null,
  }
}
