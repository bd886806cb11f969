/** Gumloop's MCP gateway: lists that say if an app is not connected, and batches of calls that may fail in part. */
import { toListPage } from '../../gumloop/paging.ts'
import { unknownShape } from '../../gumloop/read-response.ts'
import type { MayCall } from '../../runs/observe/run-state.ts'
import { isObject } from '../../shared/json-value.ts'
import { textOrNull } from '../../shared/wire-value.ts'
import { withOwnFields } from '../own-fields.ts'
import type { ContentBlock, ToolHandler } from '../tool-call.ts'
import { MAX_IMAGE_CHARACTERS } from './create-chat-completion.ts'

const GET_SERVER = 'get_single_gumloop_mcp_server_by_id'

/**
 * Tools, resources or prompts of one server. An app that nobody has connected returns an empty list: the result has the
 * status and the page where the user connects it, or the model would report that there is nothing.
 */
export const listMcpServerItems: ToolHandler = async ({ tool, args, operation }) => {
  const paging = tool.plan?.paging
  if (!paging) throw new Error(`the tool file of ${tool.name} has no paging`)
  const { value } = await operation(tool.name, args)
  const answer = isObject(value) ? value : {}
  const status = textOrNull(answer.status)
  const authUrl = textOrNull(answer.gumloop_auth_url)
  const isUnusable = status !== null && status !== 'connected'
  const how =
    authUrl === null ? 'Ask the administrator.' : 'The user connects it at gumloop_auth_url; then call again.'
  return {
    structured: {
      ...toListPage(paging, args, value),
      status,
      gumloop_auth_url: authUrl,
      ...(isUnusable && { next_step: `The server cannot be used now (${status}). ${how}` }),
    },
  }
}

/** One to five calls. Gumloop answers 200 or 207 however they ended: the counts and the next step say how. */
export const callMcpTools: ToolHandler = async ({ tool, args, operation, mayCall }) => {
  const { value } = await operation(tool.name, args)
  const record = isObject(value) ? value : {}
  const { results } = record
  if (!Array.isArray(results)) throw unknownShape(value, 'a list of results', true)
  const statuses = results.map(result => (isObject(result) ? textOrNull(result.status) : null))
  const succeeded = statuses.filter(status => status === 'success').length
  const images: ContentBlock[] = []
  const lightened = results.map(result => withImagesTaken(result, images))
  const own = {
    succeeded_count: succeeded,
    failed_count: results.length - succeeded,
    next_step: nextStep(statuses, mayCall),
    results: lightened,
  }
  return {
    structured: withOwnFields(own, record),
    content: images,
    howToReadOn: () =>
      'The calls were carried out. Repeat one only if it reads, with arguments that narrow its result.',
  }
}

function nextStep(statuses: readonly (string | null)[], mayCall: MayCall): string {
  const failed = statuses.filter(status => status !== 'success')
  if (failed.length === 0) return 'Every call succeeded.'
  const link = mayCall(GET_SERVER) ? ` ${GET_SERVER} gives the link.` : ''
  const connect = failed.includes('unauthenticated')
    ? `Where the status is unauthenticated, the user must connect the app first.${link} `
    : ''
  return failed.length === statuses.length
    ? `${connect}No call succeeded: read each error, fix the call, then call again.`
    : `${connect}Fix and repeat only the calls that failed: the others were carried out.`
}

/**
 * Images become image content: as base64 in the text they would cost a model more than everything else. Some of
 * Gumloop's own servers send text instead of content blocks, which stays unchanged.
 */
function withImagesTaken(result: unknown, images: ContentBlock[]): unknown {
  if (!isObject(result) || !Array.isArray(result.content)) return result
  const content = result.content.map(block => {
    if (!isObject(block) || typeof block.data !== 'string') return block
    const { data, mimeType, ...rest } = block
    const size = `${data.length} base64 characters`
    if (block.type !== 'image' || typeof mimeType !== 'string')
      return { ...rest, mimeType, data: `[omitted: ${size}]` }
    const used = images.reduce((sum, image) => sum + (image.type === 'image' ? image.data.length : 0), 0)
    if (used + data.length > MAX_IMAGE_CHARACTERS) {
      return {
        ...rest,
        mimeType,
        data: `[omitted: ${size}; the limit for a result is ${MAX_IMAGE_CHARACTERS}]`,
      }
    }
    images.push({ type: 'image', data, mimeType })
    return { ...rest, mimeType, data: `[image ${images.length} of this result's content]` }
  })
  return { ...result, content }
}
