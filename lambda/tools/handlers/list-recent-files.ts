/** Files that agents made, across all agents, newest first; the newest can be opened at once. */
import { findTool } from '../../catalog/catalog.ts'
import { kindOf, mediaTypeOf } from '../../gumloop/media-type.ts'
import { toListPage } from '../../gumloop/paging.ts'
import { LIST_ARTIFACTS, mayUse } from '../../runs/observe/connector-rules.ts'
import { artifactNote } from '../../runs/observe/run-snapshot.ts'
import { toTimestamp } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { isSameName, matchesWords } from '../../shared/name-match.ts'
import { numberOrNull, textOrNull, timeOrNull } from '../../shared/wire-value.ts'
import { MAX_SOURCES, readEach, sinceOf } from '../recent-runs.ts'
import { AGENTS, listNamed, type Named } from '../resolve-names.ts'
import type { ContentBlock, ToolCall, ToolHandler } from '../tool-call.ts'
import { readArtifact } from './read-artifact.ts'

const DEFAULT_LIMIT = 20
const FILES_PER_AGENT = 100
const READ = 'read_gumloop_artifact'
const SPREADSHEETS = /csv|tab-separated|spreadsheet|ms-excel/

interface RecentFile {
  id: string
  filename: string | null
  mediaType: string | null
  size: number | null
  agent: string
  sessionId: string | null
  createdAtMs: number | null
}

export const listRecentFiles: ToolHandler = async call => {
  const { args, operation } = call
  const { name, agent } = { name: textOrNull(args.name), agent: textOrNull(args.agent) }
  const sinceMs = sinceOf(args)
  const agents = await listNamed(AGENTS, operation)
  const meant = agents.filter(
    one => agent === null || one.id === agent || isSameName(agent, one.name) || matchesWords(agent, one.name),
  )
  const gaps: string[] = []
  if (meant.length > MAX_SOURCES)
    gaps.push(`Only ${MAX_SOURCES} of ${meant.length} agents were read: pass agent.`)
  const files = await filesOf(call, meant.slice(0, MAX_SOURCES), gaps)
  const type = textOrNull(args.type)
  const wanted = files.filter(
    file =>
      (sinceMs === null || (file.createdAtMs ?? 0) >= sinceMs) &&
      (type === null || isOfType(file, type)) &&
      (name === null || matchesWords(name, file.filename ?? '')),
  )
  const shown = wanted.slice(0, numberOrNull(args.limit) ?? DEFAULT_LIMIT)
  const { opened, content } = args.open === true && shown[0] ? await openFile(call, shown[0]) : {}
  return {
    structured: {
      result: shown.map(row),
      result_count: shown.length,
      total_count: wanted.length,
      ...(opened && { opened }),
      ...(gaps.length > 0 && { gaps }),
      next_step: nextStep(shown.length, wanted.length, opened !== undefined),
    },
    ...(content && { content }),
  }
}

async function filesOf(call: ToolCall, agents: readonly Named[], gaps: string[]): Promise<RecentFile[]> {
  if (!mayUse(LIST_ARTIFACTS, call.mayCall)) {
    throw new AppError(
      'unknown_tool',
      `This connector does not allow ${LIST_ARTIFACTS}, which this call needs.`,
      {
        nextStep: 'Tell the person that the administrator can allow it.',
      },
    )
  }
  const files: RecentFile[] = []
  await readEach(agents, gaps, 'files', async agent => {
    const args = { agent_id: agent.id, limit: FILES_PER_AGENT, sort_order: 'newest' }
    const { value } = await call.operation(LIST_ARTIFACTS, args)
    const page = toListPage({ kind: 'cursor', items: 'artifacts' }, args, value)
    files.push(...page.result.flatMap(item => fileOf(item, agent.name)))
    if (page.next_cursor !== null)
      gaps.push(`${agent.name}: only its newest ${page.result_count} files were read.`)
  })
  return files.sort((a, b) => (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0))
}

function fileOf(item: unknown, agent: string): RecentFile[] {
  if (!isObject(item)) return []
  return artifactNote(item).map(({ id, filename, media_type, size }) => ({
    id,
    filename,
    mediaType: media_type ?? mediaTypeOf(filename ?? ''),
    size,
    agent,
    sessionId: textOrNull(item.session_id),
    createdAtMs: timeOrNull(item.created_at),
  }))
}

function isOfType({ mediaType, filename }: RecentFile, type: string): boolean {
  const media = mediaType ?? ''
  if (type === 'spreadsheet') return SPREADSHEETS.test(media)
  if (type === 'image') return media.startsWith('image/')
  if (type === 'pdf') return media === 'application/pdf'
  return kindOf(mediaType, filename) === 'text' && !SPREADSHEETS.test(media)
}

function row({ id, filename, mediaType, size, agent, sessionId, createdAtMs }: RecentFile) {
  return {
    artifact_id: id,
    filename,
    media_type: mediaType,
    ...(size !== null && { size }),
    agent,
    ...(sessionId !== null && { session_id: sessionId }),
    ...(createdAtMs !== null && { created_at: toTimestamp(createdAtMs) }),
  }
}

/** The content as `read_gumloop_artifact` shows it. */
async function openFile(
  call: ToolCall,
  file: RecentFile,
): Promise<{ opened?: Record<string, unknown>; content?: ContentBlock[] }> {
  const tool = findTool(READ)
  if (!tool || !call.mayCall(READ)) return {}
  const half = Math.floor(call.maxCharacters / 2)
  const { structured, content = [] } = await readArtifact({
    ...call,
    tool,
    args: { artifact_id: file.id },
    maxCharacters: half,
  })
  return { opened: structured, content }
}

function nextStep(shown: number, found: number, isOpen: boolean): string {
  if (found === 0)
    return 'There is no such file. Say so, or search with fewer words, another type or an earlier since.'
  const more = shown < found ? ` These are the newest ${shown} of ${found}; a higher limit shows more.` : ''
  const get = 'Read one with read_gumloop_artifact; its link is in get_single_gumloop_artifact_by_id.'
  return `${isOpen ? 'The newest is opened.' : get}${more}`
}
