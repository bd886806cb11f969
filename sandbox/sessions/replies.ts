/** What an agent's run produces: text, tool calls or an error. Deterministic for each run. */
import { artifactFilesOf } from '../content/artifact-files.ts'
import { countBySeverity, findingsOf } from '../content/findings.ts'
import { researchPoints } from '../content/research.ts'
import { ticketsOf } from '../content/tickets.ts'
import type { ApprovalRequestRecord, Persona, TurnRecord } from '../state/state.ts'

export interface ToolCall {
  name: string
  args: Record<string, unknown>
  result: unknown
}

export interface Reply {
  text: string
  toolCalls: ToolCall[]
  /** Set when the run failed. */
  error: string | null
}

/** A turn that has ended. */
export interface EndedTurn {
  turn: TurnRecord
  /** 1 for the first message of the session. */
  turnNumber: number
  agentName: string
}

const plural = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`

function filesSentence(persona: Persona): string {
  const names = artifactFilesOf(persona).map(file => file.filename)
  return names.length === 0 ? '' : `\n\nFiles: ${names.join(', ')}.`
}

function auditReply({ turn, turnNumber }: EndedTurn): Reply {
  const findings = findingsOf(turn.id)
  const counts = countBySeverity(findings)
  const worst = findings[0]
  const opening =
    turnNumber === 1 ? 'The audit is complete.' : `Audit ${turnNumber} of this session is complete.`
  const text = `${opening} ${plural(findings.length, 'finding')}: ${counts.critical} critical, ${counts.high} high, ${counts.medium} medium, ${counts.low} low.\n\nFix this first: ${worst?.resource}. ${worst?.finding}. ${worst?.recommendation}.`
  return {
    text: text + filesSentence('audit'),
    toolCalls: [
      { name: 'cloud_inventory', args: { scope: turn.input.slice(0, 200) }, result: { resources_read: 214 } },
      { name: 'write_artifacts', args: { format: ['csv', 'pdf', 'png', 'md'] }, result: { written: 4 } },
    ],
    error: null,
  }
}

function researchReply({ turn }: EndedTurn): Reply {
  const points = researchPoints(turn.id).map(point => `- ${point}`)
  return {
    text: `Three things stand out:\n\n${points.join('\n')}\n\nThe brief lists the sources.${filesSentence('research')}`,
    toolCalls: [
      { name: 'web_search', args: { query: turn.input.slice(0, 200) }, result: { pages_read: 17 } },
    ],
    error: null,
  }
}

function triageReply({ turn }: EndedTurn): Reply {
  const lines = ticketsOf(turn.id).map(t => `- ${t.ticket} → ${t.team}, ${t.urgency}: ${t.subject}`)
  return {
    text: `Sorted ${plural(lines.length, 'ticket')}:\n\n${lines.join('\n')}${filesSentence('triage')}`,
    toolCalls: [{ name: 'inbox_read', args: { folder: 'support' }, result: { unread: lines.length } }],
    error: null,
  }
}

/** The expense claim that the approver asks about. */
export const CLAIM = {
  claimant: 'Tomasz Wilk',
  amount: '€ 412.80',
  purpose: 'Trade fair in Poznań, two nights',
}

function approverReply({ turn }: EndedTurn): Reply {
  const answerTo = (kind: ApprovalRequestRecord['kind']) =>
    turn.approvalRequests.find(request => request.kind === kind)?.answer ?? null
  const payment = answerTo('tool_approval')
  const form = answerTo('human_input')
  const isPaid = payment?.action === 'accept' && form?.action === 'accept'
  const costCenter = typeof form?.values.cost_centre === 'string' ? form.values.cost_centre : 'not specified'
  const reason = payment?.reason ?? form?.reason
  const text = isPaid
    ? `Paid ${CLAIM.amount} to ${CLAIM.claimant}, cost center ${costCenter}. The receipt is filed.`
    : `Not paid: the claim of ${CLAIM.claimant} for ${CLAIM.amount} was rejected${reason ? ` (${reason})` : ''}. I have notified them.`
  const toolCalls = isPaid ? [{ name: 'pay_expense', args: { ...CLAIM }, result: { status: 'paid' } }] : []
  return { text, toolCalls, error: null }
}

function brokenReply(): Reply {
  return {
    text: 'Step 1 of 4 done, step 2 of 4 done.',
    toolCalls: [
      { name: 'fetch_invoices', args: { month: 'last' }, result: { error: 'HTTP 503 from ledger.example' } },
    ],
    error: 'Step 3 "Fetch invoices" failed: ledger.example answered 503 three times. Nothing was booked.',
  }
}

function assistantReply({ turn, turnNumber, agentName }: EndedTurn): Reply {
  const files =
    turn.attachments.length === 0 ? '' : ` I read ${plural(turn.attachments.length, 'attachment')}.`
  const quoted = turn.input.length > 160 ? `${turn.input.slice(0, 160)}…` : turn.input
  return {
    text: `${agentName} here, message ${turnNumber} of this session. You asked: "${quoted}".${files} This is a sandbox reply; a real agent would do the work now.`,
    toolCalls: [],
    error: null,
  }
}

const REPLIES: Record<Persona, (ended: EndedTurn) => Reply> = {
  audit: auditReply,
  research: researchReply,
  triage: triageReply,
  approver: approverReply,
  broken: brokenReply,
  assistant: assistantReply,
}

export function replyOf(persona: Persona, ended: EndedTurn): Reply {
  if (ended.turn.cancelledAtMs !== null) return { text: '', toolCalls: [], error: 'The run was cancelled.' }
  return REPLIES[persona](ended)
}
