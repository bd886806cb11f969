/**
 * The questions of a run that needs a decision, as input requests of a task: the client shows them to its user (MCP
 * elicitation) and sends the answers back. Pure.
 */
import { mayCall, type ToolFilterConfig } from '../catalog/tool-filter.ts'
import { mayUse, READ_RUN } from '../runs/observe/connector-rules.ts'
import type { Watch } from '../runs/watch/watch.ts'
import { isObject } from '../shared/json-value.ts'
import { visibleLine } from '../shared/visible-text.ts'
import { textOrNull } from '../shared/wire-value.ts'

const RESOLVE = 'resolve_gumloop_session_approvals'

/** One question to the client's user, as MCP's `elicitation/create`. */
interface InputRequest {
  method: 'elicitation/create'
  params: { mode: 'form'; message: string; requestedSchema: Record<string, unknown> }
}

/** One entry of `approval_responses` (Gumloop). */
interface ApprovalResponse {
  action_request_id: string
  action: 'accept' | 'reject'
  response?: { values: Record<string, unknown> }
}

interface AnsweringClient {
  /** The connector's filter: it must allow the tool that resolves approvals. */
  config: ToolFilterConfig
  /** The client can ask its user. */
  canElicit: boolean
}

/** By the id of the approval; undefined if nothing is asked, or if the client or the connector cannot answer. */
export function inputRequestsOf(
  watch: Watch,
  client: AnsweringClient,
): Record<string, InputRequest> | undefined {
  if (watch.outcome !== null || watch.state !== 'approval_required') return undefined
  const allows = (tool: string) => mayCall(tool, client.config)
  if (!client.canElicit || !allows(RESOLVE) || !mayUse(READ_RUN.session, allows)) return undefined
  const requests = watch.details.pending_approvals.flatMap(approval => {
    if (!isObject(approval) || typeof approval.action_request_id !== 'string') return []
    return [[approval.action_request_id, toRequest(approval, watch)] as const]
  })
  return requests.length > 0 ? Object.fromEntries(requests) : undefined
}

/**
 * The client's answers as Gumloop takes them. Declining rejects; a dismissed dialog decides nothing and is left out, and
 * so is an answer to something that was not asked.
 */
export function toApprovalResponses(
  watch: Watch,
  inputResponses: Record<string, unknown>,
): ApprovalResponse[] {
  return watch.details.pending_approvals.flatMap((approval): ApprovalResponse[] => {
    const id = isObject(approval) ? textOrNull(approval.action_request_id) : null
    const response = id !== null && Object.hasOwn(inputResponses, id) ? inputResponses[id] : undefined
    if (id === null || !isObject(response)) return []
    if (response.action === 'decline') return [{ action_request_id: id, action: 'reject' }]
    if (response.action !== 'accept') return []
    const values = isObject(response.content) ? asAsked(response.content, approval) : {}
    return [
      {
        action_request_id: id,
        action: 'accept',
        ...(Object.keys(values).length > 0 && { response: { values } }),
      },
    ]
  })
}

/** The form shows names and options on one line each; Gumloop gets them back as it sent them. */
function asAsked(values: Record<string, unknown>, approval: unknown): Record<string, unknown> {
  const questions = isObject(approval) ? questionsOf(approval) : []
  return Object.fromEntries(
    Object.entries(values).map(([shown, value]) => {
      const question = questions.find(({ name }) => visibleLine(name) === shown)
      const chosen = question?.choices.find(choice => visibleLine(choice) === value)
      return [question?.name ?? shown, chosen ?? value]
    }),
  )
}

function toRequest(approval: Record<string, unknown>, watch: Watch): InputRequest {
  const fields = Array.isArray(approval.display_fields) ? approval.display_fields : []
  const lines = [
    `${watch.details.agent_name ?? 'An agent'} asks: ${textOrNull(approval.title) ?? 'May it continue?'}`,
    textOrNull(approval.reason),
    ...fields.map(pair => (Array.isArray(pair) ? pair.map(String).join(': ') : null)),
  ]
  return {
    method: 'elicitation/create',
    params: {
      mode: 'form',
      // Also what a watch of an earlier version stored, and the agent's name: each text has its own line.
      message: lines.flatMap(line => (line === null ? [] : [visibleLine(line)])).join('\n'),
      requestedSchema: toSchema(questionsOf(approval)),
    },
  }
}

interface Question {
  name: string
  title: string | null
  choices: string[]
  isRequired: boolean
}

function questionsOf({ questions }: Record<string, unknown>): Question[] {
  return (Array.isArray(questions) ? questions : []).flatMap(question => {
    if (!isObject(question) || typeof question.name !== 'string') return []
    const { name, options } = question
    const choices = Array.isArray(options) ? options.filter(option => typeof option === 'string') : []
    return [{ name, title: textOrNull(question.label), choices, isRequired: question.required === true }]
  })
}

/** MCP's forms are flat: each question is a text field or a choice. */
function toSchema(questions: Question[]): Record<string, unknown> {
  const properties = questions.map(({ name, title, choices }) => [
    visibleLine(name),
    {
      type: 'string',
      ...(title !== null && { title: visibleLine(title) }),
      ...(choices.length > 0 && { enum: [...new Set(choices.map(visibleLine))] }),
    },
  ])
  const required = questions.filter(({ isRequired }) => isRequired)
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required: required.map(({ name }) => visibleLine(name)) }),
  }
}
