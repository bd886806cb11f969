/** Syncs of a source: how long they take, what they find and what they cost. */
import type { Call } from '../http/call.ts'
import { nextId } from '../http/ids.ts'
import { PAGES } from '../seed/seed-brain.ts'
import type { BrainSourceRecord, BrainSyncRecord } from '../state/brain-state.ts'

/** At speed 1. */
const WORK_MS = 4_000
const QUEUED_MS = 1_000
const TOKENS_PER_CREDIT = 10_000
const SYNCS_LIMIT = 100
const BYTES_PER_TOKEN = 4

export function tokensIn({ files }: BrainSourceRecord): number {
  return files.reduce((sum, file) => sum + Math.ceil(file.sizeBytes / BYTES_PER_TOKEN), 0)
}

export const creditsFor = (tokens: number): number => Math.ceil(tokens / TOKENS_PER_CREDIT)

export type SyncState = 'queued' | 'running' | 'completed'

export function syncAt(
  sync: BrainSyncRecord,
  nowMs: number,
): { state: SyncState; startedAtMs: number | null; finishedAtMs: number | null } {
  const startedAtMs = sync.createdAtMs + (sync.workMs * QUEUED_MS) / WORK_MS
  const finishedAtMs = sync.createdAtMs + sync.workMs
  if (nowMs < startedAtMs) return { state: 'queued', startedAtMs: null, finishedAtMs: null }
  if (nowMs < finishedAtMs) return { state: 'running', startedAtMs, finishedAtMs: null }
  return { state: 'completed', startedAtMs, finishedAtMs }
}

export function startSync(
  call: Call,
  source: BrainSourceRecord,
  trigger: BrainSyncRecord['trigger'],
  changed: number,
  credits: number,
): BrainSyncRecord {
  const sync: BrainSyncRecord = {
    id: nextId(call.world.state, 'sync_'),
    trigger,
    createdAtMs: call.nowMs,
    workMs: Math.round(WORK_MS / call.world.speed),
    documentsSeen: source.files.length + (PAGES[source.id]?.length ?? 0),
    documentsChanged: changed,
    credits,
  }
  source.syncs = [...source.syncs, sync].slice(-SYNCS_LIMIT)
  return sync
}

/** Whether a file that was stored at `storedAtMs` can be found: a sync that began later has ended. */
export function isIndexed(source: BrainSourceRecord, storedAtMs: number, nowMs: number): boolean {
  return source.syncs.some(
    sync => sync.createdAtMs >= storedAtMs && syncAt(sync, nowMs).state === 'completed',
  )
}
