/** How an agent of each kind runs: how long, what it asks, how it ends and what it costs. Times in milliseconds at speed 1. */
import { lettersOf } from '../http/ids.ts'
import type { AskRecord, Attachment, Persona, TurnRecord } from '../state/state.ts'
import { askedLengthMs } from './run-length.ts'

export interface Script {
  queuedMs: number
  workMs: number
  afterAnswersMs: number
  asks: AskRecord['kind'][]
  outcome: TurnRecord['outcome']
  /** Where the finished text sits: Gumloop does both, and a client has to cope. */
  textIn: 'parts' | 'content'
  /** Credits of one run: all, and of that what tools and flows took. */
  credits: number
  toolCredits: number
  flowCredits: number
}

const PLAIN = { asks: [], outcome: 'completed', afterAnswersMs: 0, flowCredits: 0 } as const

const SCRIPTS: Record<Persona, Script> = {
  audit: { ...PLAIN, asks: [], queuedMs: 800, workMs: 4_200, textIn: 'parts', credits: 14, toolCredits: 6 },
  research: {
    ...PLAIN,
    asks: [],
    queuedMs: 500,
    workMs: 6_500,
    textIn: 'content',
    credits: 9,
    toolCredits: 4,
  },
  triage: { ...PLAIN, asks: [], queuedMs: 300, workMs: 2_700, textIn: 'content', credits: 4, toolCredits: 1 },
  approver: {
    ...PLAIN,
    queuedMs: 300,
    workMs: 2_200,
    afterAnswersMs: 2_000,
    asks: ['tool_approval', 'human_input'],
    textIn: 'parts',
    credits: 3,
    toolCredits: 1,
    flowCredits: 1,
  },
  broken: {
    ...PLAIN,
    asks: [],
    queuedMs: 300,
    workMs: 3_200,
    outcome: 'failed',
    textIn: 'parts',
    credits: 2,
    toolCredits: 2,
  },
  assistant: {
    ...PLAIN,
    asks: [],
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
  /** Milliseconds, already real ones, that the run waits because others run. */
  waitMs: number
}

/** A turn of such an agent. The input may say how long it takes; a tenth of that, at most a second, it is queued. */
export function startTurn(persona: Persona, start: TurnStart, speed: number): TurnRecord {
  const script = scriptOf(persona)
  const askedMs = askedLengthMs(start.input)
  const queuedMs = askedMs === null ? script.queuedMs : Math.min(1_000, askedMs / 10)
  const workMs = askedMs === null ? script.workMs : askedMs - queuedMs
  const { waitMs, ...rest } = start
  return {
    ...rest,
    queuedMs: waitMs + Math.round(queuedMs / speed),
    workMs: Math.round(workMs / speed),
    asks: script.asks.map(kind => ({
      id: `ask_${lettersOf(`${start.id}|${kind}`, 12)}`,
      kind,
      answer: null,
    })),
    afterAnswersMs: Math.round(script.afterAnswersMs / speed),
    outcome: script.outcome,
    cancelledAtMs: null,
  }
}
