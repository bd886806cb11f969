/** Converts a session record to Gumloop's session object. */

import { personOf, SEED_CREATOR } from '../agents/people.ts'
import { timestamp } from '../http/timestamp.ts'
import type { AgentRecord, ApprovalRequestRecord, SessionRecord, TurnRecord } from '../state/state.ts'
import { scriptOf } from './agent-scripts.ts'
import { isErased } from './incognito.ts'
import { CLAIM, replyOf } from './replies.ts'
import { stateAt, turnAt } from './session-timeline.ts'

function userMessage(turn: TurnRecord) {
  const files = turn.attachments.map(a => ({ type: 'file', file_name: a.fileName, media_type: a.mediaType }))
  return {
    id: turn.id,
    role: 'user',
    content: turn.input,
    created_at: timestamp(turn.acceptedAtMs),
    creator_id: turn.creatorId,
    parts: files.length === 0 ? null : [{ type: 'text', text: turn.input }, ...files],
  }
}

function approvalMessage(turn: TurnRecord) {
  const isOpen = turn.approvalRequests.some(
    request => request.kind === 'tool_approval' && request.answer === null,
  )
  return {
    id: `${turn.id}_ask`,
    role: 'assistant',
    content: null,
    created_at: timestamp(turn.acceptedAtMs + turn.queuedMs + turn.workMs),
    creator_id: null,
    parts: [
      {
        type: 'text',
        text: `${CLAIM.claimant} claims ${CLAIM.amount}. I need a decision before I continue.`,
      },
      {
        type: 'tool_invocation',
        toolCallId: `call_${turn.id}`,
        toolName: 'pay_expense',
        toolCallState: isOpen ? 'approval_required' : 'call',
        result: { args: CLAIM, result: null },
      },
    ],
  }
}

function endedMessage(agent: AgentRecord, turn: TurnRecord, turnNumber: number, endedAtMs: number) {
  const reply = replyOf(agent.persona, { turn, turnNumber, agentName: agent.name })
  const invocations = reply.toolCalls.map((call, i) => ({
    type: 'tool_invocation',
    toolCallId: `call_${turn.id}_${i}`,
    toolName: call.name,
    toolCallState: 'result',
    result: { args: call.args, result: call.result },
  }))
  const text = reply.text === '' ? [] : [{ type: 'text', text: reply.text }]
  const error = reply.error === null ? [] : [{ type: 'error', error: reply.error }]
  const isPlain = scriptOf(agent.persona).textIn === 'content' && reply.error === null
  return {
    id: `${turn.id}_reply`,
    role: 'assistant',
    content: isPlain ? reply.text : null,
    created_at: timestamp(endedAtMs),
    creator_id: null,
    parts: isPlain ? null : [...invocations, ...text, ...error],
  }
}

function messagesAt(session: SessionRecord, agent: AgentRecord, nowMs: number) {
  return session.turns.flatMap((turn, i) => {
    if (isErased(session, turn.id)) return []
    const { state, endedAtMs } = turnAt(turn, nowMs)
    const requests = turn.approvalRequests
    const hasAsked = requests.length > 0 && nowMs >= turn.acceptedAtMs + turn.queuedMs + turn.workMs
    const showsRequest =
      hasAsked && (state === 'approval_required' || requests.some(request => request.answer !== null))
    return [
      userMessage(turn),
      ...(showsRequest ? [approvalMessage(turn)] : []),
      ...(endedAtMs === null ? [] : [endedMessage(agent, turn, i + 1, endedAtMs)]),
    ]
  })
}

/** Totals over the ended runs; all null before the first. A cancelled run costs half. */
export function usageAt(session: SessionRecord, agent: AgentRecord, nowMs: number) {
  const ended = session.turns.filter(turn => turnAt(turn, nowMs).endedAtMs !== null)
  const script = scriptOf(agent.persona)
  const sum = (each: (turn: TurnRecord) => number) =>
    ended.length === 0 ? null : ended.reduce((n, t) => n + each(t), 0)
  const share = (turn: TurnRecord) => (turn.cancelledAtMs === null ? 1 : 0.5)
  const inputTokens = (turn: TurnRecord) => 1_200 + Math.ceil(turn.input.length / 4)
  return {
    credit_cost: sum(turn => script.credits * share(turn)),
    tool_credit_cost: sum(turn => script.toolCredits * share(turn)),
    flow_credit_cost: sum(turn => script.flowCredits * share(turn)),
    input_tokens: sum(inputTokens),
    cached_input_tokens: sum(() => 800),
    cache_write_input_tokens: sum(() => 0),
    output_tokens: sum(turn => (turn.cancelledAtMs === null ? 240 : 20)),
    reasoning_tokens: sum(() => 64),
  }
}

function pendingApproval(request: ApprovalRequestRecord, session: SessionRecord) {
  const isTool = request.kind === 'tool_approval'
  return {
    action_request_id: request.id,
    type: request.kind,
    title: isTool ? `Pay ${CLAIM.amount} to ${CLAIM.claimant}?` : 'Which cost center?',
    reason: isTool ? 'Payments over € 100 require approval.' : 'The claim does not name one.',
    recipient_user_id: session.creatorId,
    tool_name: isTool ? 'pay_expense' : null,
    server_label: isTool ? 'Ledger' : null,
    display_fields: isTool
      ? [
          ['Claimant', CLAIM.claimant],
          ['Amount', CLAIM.amount],
          ['Purpose', CLAIM.purpose],
        ]
      : null,
    questions: isTool
      ? null
      : [
          {
            name: 'cost_centre',
            label: 'Cost center',
            type: 'select',
            options: ['Sales', 'Events'],
            required: true,
          },
        ],
  }
}

/** The unanswered approval requests of a session that waits for approval. */
export function openApprovalRequests(session: SessionRecord, nowMs: number): ApprovalRequestRecord[] {
  const last = session.turns.at(-1)
  if (last === undefined || turnAt(last, nowMs).state !== 'approval_required') return []
  return last.approvalRequests.filter(request => request.answer === null)
}

/** What started the session, in Gumloop's word. */
export const typeOf = (session: SessionRecord): string => (session.triggerId === null ? 'api' : 'trigger')

/** What newer servers say of each session. A key leaves no provenance; sign-in by OAuth does. */
const origin = (session: SessionRecord) => ({ incognito: session.isIncognito, provenance: null })

/** The fields of every response about a session. */
export function sessionBase(session: SessionRecord, agent: AgentRecord, nowMs: number) {
  const person = personOf(session.creatorId)
  return {
    id: session.id,
    agent_id: agent.id,
    name: session.name,
    type: typeOf(session),
    messages: messagesAt(session, agent, nowMs),
    created_at: timestamp(session.createdAtMs),
    state: stateAt(session, nowMs),
    agent_name: agent.name,
    agent_team_id: agent.teamId,
    agent_creator_user_id: SEED_CREATOR.id,
    agent_icon_url: null,
    agent_tools: agent.tools,
    participants: { [person.id]: { first_name: person.first_name, last_name: person.last_name } },
    creator: person,
    metadata: { client: session.metadata },
    ...origin(session),
  }
}

/** The session as `GET /sessions/{id}` returns it: with usage and open approval requests. */
export function sessionFull(session: SessionRecord, agent: AgentRecord, nowMs: number) {
  return {
    ...sessionBase(session, agent, nowMs),
    usage: usageAt(session, agent, nowMs),
    pending_approvals: openApprovalRequests(session, nowMs).map(request => pendingApproval(request, session)),
  }
}

/** A row of the session list, without messages. */
export function sessionRow(session: SessionRecord, agent: AgentRecord, nowMs: number) {
  return {
    id: session.id,
    agent_id: agent.id,
    name: session.name,
    type: typeOf(session),
    messages: [],
    created_at: timestamp(session.createdAtMs),
    state: stateAt(session, nowMs),
    agent_name: agent.name,
    creator: personOf(session.creatorId),
    usage: usageAt(session, agent, nowMs),
    ...origin(session),
  }
}
