/** How each kind of agent runs: duration (milliseconds at speed 1), approval requests, outcome and cost. */
import { lettersOf } from '../http/ids.ts'
import type { ApprovalRequestRecord, Attachment, Persona, TurnRecord } from '../state/state.ts'
import { requestedDurationMs } from './requested-duration.ts'

export interface Script {
  queuedMs: number
  workMs: number
  afterAnswersMs: number
  approvalRequests: ApprovalRequestRecord['kind'][]
  outcome: TurnRecord['outcome']
  /** Where the final text is. Gumloop uses both places, so clients must handle both. */
  textIn: 'parts' | 'content'
  /** Credits of one run in total, and the shares of tools and flows. */
  credits: number
  toolCredits: number
  flowCredits: number
}

const PLAIN = { approvalRequests: [], outcome: 'completed', afterAnswersMs: 0, flowCredits: 0 } as const

const SCRIPTS: Record<Persona, Script> = {
  audit: {
    ...PLAIN,
    approvalRequests: [],
    queuedMs: 800,
    workMs: 4_200,
    textIn: 'parts',
    credits: 14,
    toolCredits: 6,
  },
  research: {
    ...PLAIN,
    approvalRequests: [],
    queuedMs: 500,
    workMs: 6_500,
    textIn: 'content',
    credits: 9,
    toolCredits: 4,
  },
  triage: {
    ...PLAIN,
    approvalRequests: [],
    queuedMs: 300,
    workMs: 2_700,
    textIn: 'content',
    credits: 4,
    toolCredits: 1,
  },
  approver: {
    ...PLAIN,
    queuedMs: 300,
    workMs: 2_200,
    afterAnswersMs: 2_000,
    approvalRequests: ['tool_approval', 'human_input'],
    textIn: 'parts',
    credits: 3,
    toolCredits: 1,
    flowCredits: 1,
  },
  broken: {
    ...PLAIN,
    approvalRequests: [],
    queuedMs: 300,
    workMs: 3_200,
    outcome: 'failed',
    textIn: 'parts',
    credits: 2,
    toolCredits: 2,
  },
  assistant: {
    ...PLAIN,
    approvalRequests: [],
    queuedMs: 200,
    workMs: 1_800,
    textIn: 'content',
    credits: 2,
    toolCredits: 0,
  },
}

export function scriptOf(persona: Persona): Script {
  return SCRIPTS[persona]
}

export interface TurnStart {
  id: string
  input: string
  attachments: Attachment[]
  creatorId: string
  acceptedAtMs: number
  /** How long the run waits for other runs, in real milliseconds. */
  waitMs: number
  idempotencyKey?: string | null
}

/** Starts a turn. When the input requests a duration, a tenth of it (at most one second) is spent in the queue. */
export function startTurn(persona: Persona, start: TurnStart, speed: number): TurnRecord {
  const script = scriptOf(persona)
  const durationMs = requestedDurationMs(start.input)
  const queuedMs = durationMs === null ? script.queuedMs : Math.min(1_000, durationMs / 10)
  const workMs = durationMs === null ? script.workMs : durationMs - queuedMs
  const { waitMs, idempotencyKey, ...rest } = start
  return {
    ...rest,
    idempotencyKey: idempotencyKey ?? null,
    queuedMs: waitMs + Math.round(queuedMs / speed),
    workMs: Math.round(workMs / speed),
    approvalRequests: script.approvalRequests.map(kind => ({
      id: `ask_${lettersOf(`${start.id}|${kind}`, 12)}`,
      kind,
      answer: null,
    })),
    afterAnswersMs: Math.round(script.afterAnswersMs / speed),
    outcome: script.outcome,
    cancelledAtMs: null,
  }
}
