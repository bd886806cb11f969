/** Artifacts: lists by agent or by session, without links; and one artifact with its signed link and its expiry. */
import { toListPage } from '../../gumloop/paging.ts'
import { mayUse, READ_RUN } from '../../runs/observe/connector-rules.ts'
import { sessionOf } from '../../runs/observe/session-record.ts'
import { toTimestamp } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { textOrNull } from '../../shared/wire-value.ts'
import type { ContentBlock, ToolHandler } from '../tool-call.ts'

/** Gumloop lists by agent only: for a session alone, its agent is read first. */
export const listArtifacts: ToolHandler = async ({ tool, args, operation, mayCall }) => {
  let agentId = args.agent_id
  if (agentId === undefined) {
    const mayLookUp = mayUse(READ_RUN.session, mayCall)
    if (args.session_id === undefined || !mayLookUp) {
      const message = mayLookUp ? 'is required unless session_id is set' : 'is required on this connector'
      const errors = [{ path: 'agent_id', message }]
      throw new AppError('invalid_arguments', 'An agent or a session is required.', { errors })
    }
    const { value } = await operation(READ_RUN.session, { session_id: args.session_id })
    agentId = textOrNull(sessionOf(value).agent_id)
    if (agentId === null) {
      throw new AppError('upstream_invalid', 'Gumloop did not return the agent of this session.', {
        nextStep: 'Call again with agent_id.',
      })
    }
  }
  const { value } = await operation(tool.name, { ...args, agent_id: agentId })
  const paging = tool.plan?.paging ?? { kind: 'cursor', items: 'artifacts' }
  const page = toListPage(paging, args, value)
  return { structured: { ...page, result: page.result.map(withoutLink) } }
}

/** A signed link is a secret, long, and expires: it is returned for a single artifact, when it is needed. */
function withoutLink(item: unknown): unknown {
  if (!isObject(item)) return item
  const { url: _, ...record } = item
  return record
}

export const getArtifact: ToolHandler = async ({ tool, args, operation }) => {
  const { value } = await operation(tool.name, args)
  const record = isObject(value) ? value : {}
  const url = textOrNull(record.download_url)
  if (url === null)
    throw new AppError('upstream_invalid', 'Gumloop returned no download link for this artifact.')
  const name = textOrNull(record.filename) ?? String(args.artifact_id)
  const mimeType = textOrNull(record.media_type)
  const link: ContentBlock = {
    type: 'resource_link',
    uri: url,
    name,
    ...(mimeType !== null && { mimeType }),
    ...(typeof record.size === 'number' && { size: record.size }),
  }
  return { structured: { ...record, url_expires_at: urlExpiry(url) }, content: [link] }
}

/**
 * When a signed link expires, from its own parameters; null if it has none. Google's V4 signature:
 * `X-Goog-Date` (basic ISO 8601, UTC) plus `X-Goog-Expires` (seconds).
 */
export function urlExpiry(url: string): string | null {
  if (!URL.canParse(url)) return null
  const query = new URL(url).searchParams
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Goog-Date') ?? '')
  const seconds = Number(query.get('X-Goog-Expires') ?? Number.NaN)
  if (!date || !Number.isFinite(seconds) || seconds < 0 || seconds > 1e9) return null
  const [, year, month, day, hour, minute, second] = date.map(Number)
  const startMs = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)
  return Number.isFinite(startMs) ? toTimestamp(startMs + seconds * 1000) : null
}
