/** How long records stay readable after their end, for whoever audits them later. Pure. */

/** For connectors, tokens, accounts and tool groups after they expire or are removed, and for audit entries. */
export const RECORD_RETENTION_DAYS = 365

/** Epoch seconds at which a record that ended at `endMs` may be deleted. */
export function deletableAtSeconds(endMs: number, retentionDays = RECORD_RETENTION_DAYS): number {
  return Math.floor(endMs / 1000) + retentionDays * 86_400
}
