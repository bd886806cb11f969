/** What the Brain knows: search, the tree of a source, its syncs and the items that could not be indexed. */
import { nameOfEmail, personOf } from '../agents/people.ts'
import { type ApiResponse, accepted, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { ApiError, badRequest, notFound } from '../http/error-response.ts'
import { textOrNull, textsField } from '../http/fields.ts'
import { pageOf } from '../http/paging.ts'
import { timestamp, timestampOrNull } from '../http/timestamp.ts'
import { ISSUES, PAGES } from '../seed/seed-brain.ts'
import type { BrainSourceRecord, BrainSyncRecord } from '../state/brain-state.ts'
import { changeableSource, findSource, sourceOfPath } from './sources.ts'
import { isIndexed, startSync, syncAt } from './syncs.ts'

const RESULTS_DEFAULT = 10

interface BrainDocument {
  id: string
  title: string
  text: string | null
  parentId: string | null
  updatedAtMs: number
}

/** Pages of a connected source, or the indexed files of an upload source. */
function documentsOf(source: BrainSourceRecord, nowMs: number): BrainDocument[] {
  const pages = (PAGES[source.id] ?? []).map(page => ({ ...page, updatedAtMs: source.createdAtMs }))
  const files = source.files
    .filter(file => isIndexed(source, file.createdAtMs, nowMs))
    .map(file => ({
      id: `doc_${file.id}`,
      title: file.fileName,
      text: file.text,
      parentId: null,
      updatedAtMs: file.createdAtMs,
    }))
  return [...pages, ...files]
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

/** The share of the words of the query that the document has; the title counts like the text. */
function scoreOf(words: string[], document: BrainDocument): number {
  const known = new Set(wordsOf(`${document.title} ${document.text ?? ''}`))
  return words.filter(word => known.has(word)).length / Math.max(1, words.length)
}

export function searchBrain(call: Call): ApiResponse {
  const { body, world, nowMs } = call
  const words = wordsOf(textOrNull(body, 'query') ?? '')
  if (words.length === 0) throw badRequest('query must not be blank.', 'query')
  const types = textsField(body, 'source_type')
  const limit = typeof body.limit === 'number' ? body.limit : RESULTS_DEFAULT
  const visible = world.state.brainSources.filter(source => {
    try {
      return findSource(call, source.id).status === 'active'
    } catch {
      return false
    }
  })
  const found = visible
    .filter(source => types.length === 0 || types.includes(source.sourceType))
    .flatMap(source =>
      documentsOf(source, nowMs)
        .filter(document => document.text !== null)
        .map(document => ({ source, document, score: scoreOf(words, document) })),
    )
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.document.id < b.document.id ? -1 : 1))
  const results = found.slice(0, limit).map(({ source, document, score }) => {
    const { email } = personOf(source.creatorId)
    return {
      document_id: document.id,
      source: source.sourceType,
      title: document.title,
      content: document.text,
      url: null,
      score: Number(score.toFixed(3)),
      updated_at: timestamp(document.updatedAtMs),
      owner_name: nameOfEmail(email),
      owner_email: email,
      parent_title: documentsOf(source, nowMs).find(other => other.id === document.parentId)?.title ?? null,
      metadata: { source_id: source.id },
    }
  })
  return ok({ results })
}

/** The entries below `parent_id`, or at the top; with `query`, all entries whose title has it. */
export function listBrainSourceChildren(call: Call): ApiResponse {
  const source = sourceOfPath(call)
  const all = documentsOf(source, call.nowMs)
  const parentId = textOrNull(call.query, 'parent_id')
  const search = textOrNull(call.query, 'query')?.toLowerCase()
  if (parentId !== null && !all.some(entry => entry.id === parentId)) throw notFound('folder', parentId)
  const below = (id: string): BrainDocument[] =>
    all.filter(entry => entry.parentId === id).flatMap(entry => [entry, ...below(entry.id)])
  const matching = all.filter(entry =>
    search === undefined ? entry.parentId === parentId : entry.title.toLowerCase().includes(search),
  )
  const page = pageOf(matching, `children of ${source.id}`, call.query, entry => entry.id)
  const items = page.entries.map(entry => ({
    document_id: entry.id,
    title: entry.title,
    kind: entry.text === null ? 'container' : 'leaf',
    is_document: entry.text !== null,
    child_count: all.filter(other => other.parentId === entry.id).length,
    descendant_doc_count: below(entry.id).filter(other => other.text !== null).length,
    retrieval_count: 0,
    url: null,
    updated_at: timestamp(entry.updatedAtMs),
    status: 'indexed',
    error: null,
    ancestors: entry.parentId === null ? [] : [entry.parentId],
  }))
  return ok({
    source_id: source.id,
    connector_id: source.id,
    parent_id: parentId,
    items,
    total_count: matching.length,
    next_cursor: page.nextCursor,
    has_more: page.nextCursor !== null,
  })
}

/** Queues a sync of a connected source. @throws ApiError 409 for an upload source and one that is not active */
export function syncBrainSource(call: Call): ApiResponse {
  const source = changeableSource(call)
  if (source.sourceType === 'direct_file_uploads' || source.status !== 'active') {
    throw new ApiError(
      409,
      'knowledge_source_not_ready',
      'Only active connected sources are synced; uploads are indexed by themselves.',
    )
  }
  const sync = startSync(call, source, 'manual', 1, 1)
  return accepted({ source_id: source.id, status: 'queued', sync_run_id: sync.id })
}

function syncObject(source: BrainSourceRecord, sync: BrainSyncRecord, nowMs: number) {
  const { state, startedAtMs, finishedAtMs } = syncAt(sync, nowMs)
  const hasEnded = finishedAtMs !== null
  const issues = ISSUES[source.id]?.length ?? 0
  return {
    sync_run_id: sync.id,
    source_id: source.id,
    connector_id: source.id,
    status: state,
    trigger: sync.trigger,
    sync_mode: sync.trigger === 'manual' ? 'delta' : 'full',
    coverage_status: hasEnded ? (issues === 0 ? 'complete' : 'partial') : 'unknown',
    budget_status: 'within_budget',
    docs_seen: hasEnded ? sync.documentsSeen : 0,
    docs_changed: hasEnded ? sync.documentsChanged : 0,
    docs_deleted: 0,
    docs_skipped: hasEnded ? issues : 0,
    chunks_indexed: hasEnded ? sync.documentsChanged * 3 : 0,
    total_units: sync.documentsSeen,
    units_processed: hasEnded ? sync.documentsSeen : 0,
    progress_unit: 'documents',
    error_code: null,
    created_ts: timestamp(sync.createdAtMs),
    started_at: timestampOrNull(startedAtMs),
    finished_at: timestampOrNull(finishedAtMs),
    credit_cost: hasEnded ? sync.credits : 0,
    require_approval: false,
    estimated_credits: null,
    estimated_tokens: null,
    estimate_is_sampled: null,
    estimated_documents_sampled: null,
    estimated_documents_total: null,
  }
}

/** Newest first. */
export function listBrainSyncRuns(call: Call): ApiResponse {
  const source = sourceOfPath(call)
  const newestFirst = [...source.syncs].reverse()
  const page = pageOf(newestFirst, `syncs of ${source.id}`, call.query, sync => sync.id)
  return ok({
    items: page.entries.map(sync => syncObject(source, sync, call.nowMs)),
    next_cursor: page.nextCursor,
  })
}

export function listBrainSourceIssues(call: Call): ApiResponse {
  const source = sourceOfPath(call)
  const page = pageOf(
    [...(ISSUES[source.id] ?? [])],
    `issues of ${source.id}`,
    call.query,
    issue => issue.key,
  )
  const items = page.entries.map(issue => ({
    source_item_key: issue.key,
    title: issue.title,
    url: null,
    status: 'skipped',
    error: null,
    skip_reason: issue.reason,
    verdict: null,
    hidden_from_search: true,
    updated_ts: timestamp(source.createdAtMs),
    details_hidden: false,
  }))
  return ok({ items, next_cursor: page.nextCursor })
}
