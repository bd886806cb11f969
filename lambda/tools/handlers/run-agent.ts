/** Runs of an agent from its name to its files in one call: one run for each input, or a further message to a session. */
import { findTool } from '../../catalog/catalog.ts'
import { visibleDetails } from '../../runs/observe/connector-rules.ts'
import { sessionOf } from '../../runs/observe/session-record.ts'
import { startSession } from '../../runs/start/start-session.ts'
import { AppError, toAppError, type ValidationError } from '../../shared/errors.ts'
import { numberOrNull, textOrNull } from '../../shared/wire-value.ts'
import type { ToolCall, ToolHandler, ToolOutcome } from '../tool-call.ts'
import { changeSession, REPEATED_NOTE } from './agent-sessions.ts'
import { describeFiles, type FilesBudget, filesBudget } from './run-files.ts'
import { describeReport } from './wait-for-runs.ts'

const SEND = 'create_a_gumloop_session_message'
const DEFAULT_WAIT_SECONDS = 50
/** The part of a result that texts of files may take: the rest is for answers. */
const FILES_SHARE = 0.5

export const runAgent: ToolHandler = async call => {
  const { args } = call
  const inputs = checkedInputs(args)
  const budget = filesBudget(Math.floor(call.maxCharacters * FILES_SHARE))
  const [only, ...others] = inputs
  if (only !== undefined && others.length === 0)
    return { structured: await runOne(call, only, undefined, budget), howToReadOn: readOn }
  const settled = await Promise.allSettled(inputs.map((input, at) => runOne(call, input, at, budget)))
  const failed = settled.flatMap(one => (one.status === 'rejected' ? [toAppError(one.reason)] : []))
  const fatal = failed.find(({ code }) => code === 'cancelled' || code === 'unauthorized')
  if (failed[0] && (fatal || failed.length === inputs.length)) throw fatal ?? failed[0]
  return described(
    settled.map((one, at) => ({
      input: inputs[at],
      ...(one.status === 'fulfilled' ? one.value : notStarted(toAppError(one.reason))),
    })),
  )
}

function checkedInputs({ input, inputs, session_id, agent_id }: ToolCall['args']): string[] {
  const wanted = [
    ...(typeof input === 'string' ? [input] : []),
    ...(Array.isArray(inputs) ? inputs.map(String) : []),
  ]
  const errors: ValidationError[] = []
  if (agent_id === undefined && session_id === undefined)
    errors.push({ path: 'agent_id', message: 'is required unless session_id continues a conversation' })
  if (wanted.length === 0) errors.push({ path: 'input', message: 'is required, or inputs for several runs' })
  if (wanted.length > 1 && session_id !== undefined)
    errors.push({ path: 'inputs', message: 'must have one entry where session_id is set' })
  if (new Set(wanted).size < wanted.length)
    errors.push({ path: 'inputs', message: 'must differ from each other: each starts a run of its own' })
  if (errors.length > 0) {
    throw new AppError('invalid_arguments', 'Nothing was started.', { errors, mayHaveTakenEffect: false })
  }
  return wanted
}

interface Started {
  sessionId: string
  state: string | null
  isRepeated: boolean
}

async function start(call: ToolCall, input: string, at: number | undefined): Promise<Started> {
  const { args, runs } = call
  if (args.session_id !== undefined) {
    const sessionId = String(args.session_id)
    const tool = findTool(SEND)
    if (!tool) throw new Error(`${SEND} is not in the catalog`)
    const { structured } = await changeSession({ ...call, tool, args: { session_id: sessionId, input } })
    return { sessionId, state: textOrNull(structured.state), isRepeated: false }
  }
  const key = textOrNull(args.idempotency_key)
  const idempotency = key === null ? {} : { idempotency_key: at === undefined ? key : `${key}#${at}` }
  const wanted = { agent_id: args.agent_id, input, ...idempotency }
  const { envelope, sessionId, isRepeated } = await startSession(wanted, runs.starting)
  return { sessionId, state: textOrNull(sessionOf(envelope).state), isRepeated }
}

/** Whatever goes wrong after the start, the run has been started, and its id must not be lost. */
async function runOne(
  call: ToolCall,
  input: string,
  at: number | undefined,
  budget: FilesBudget,
): Promise<Record<string, unknown>> {
  const { args, runs, mayCall } = call
  const { sessionId, state, isRepeated } = await start(call, input, at)
  const notes = isRepeated ? { repeated: true, note: REPEATED_NOTE } : {}
  const run = { kind: 'session', id: sessionId } as const
  const seconds = numberOrNull(args.wait_seconds) ?? DEFAULT_WAIT_SECONDS
  try {
    const { report } = await runs.wait(run, seconds, false)
    const { artifacts } = visibleDetails('session', report.details, mayCall)
    const files = await describeFiles(call, artifacts ?? [], budget)
    const { answer, cost, pending_approvals, failure, queue_position, shortened, ...whole } = describeReport(
      report,
      mayCall,
    ).structured
    const isOver = whole.is_over === true
    return {
      session_id: sessionId,
      state: whole.state,
      is_over: isOver,
      next_step: isOver && failure === undefined ? afterwards(files, sessionId) : whole.next_step,
      answer,
      ...(failure !== undefined && { failure }),
      files,
      cost,
      ...(Array.isArray(pending_approvals) && pending_approvals.length > 0 && { pending_approvals }),
      ...(queue_position !== undefined && { queue_position }),
      ...(shortened !== undefined && { shortened }),
      ...notes,
    }
  } catch (error) {
    const { code, message } = toAppError(error)
    if (code === 'cancelled' || code === 'unauthorized') throw error
    const next_step = `The run was started; do not start it again. Waiting for it failed: ${message}`
    return {
      session_id: sessionId,
      state,
      is_over: false,
      next_step,
      answer: null,
      files: [],
      cost: null,
      ...notes,
    }
  }
}

function afterwards(files: Record<string, unknown>[], sessionId: string): string {
  const more = `For a follow-up, call this tool with session_id ${sessionId}.`
  if (files.length === 0) return `The run is over. ${more}`
  const others = files.some(file => file.text === undefined)
    ? ' Read files without text with read_gumloop_artifact.'
    : ''
  const link = files.some(file => file.download_url !== undefined)
    ? ' Give download_url to the person unchanged.'
    : ''
  return `The run is over.${link}${others} ${more}`
}

const readOn = () =>
  'Read a whole answer with get_single_gumloop_session_by_id, and a file with read_gumloop_artifact.'

function notStarted({ code, message }: AppError): Record<string, unknown> {
  return { session_id: null, state: null, is_over: true, error: { code, message } }
}

/** Several runs in one result. */
function described(runs: Record<string, unknown>[]): ToolOutcome {
  const open = runs.filter(run => run.is_over !== true)
  const costs = runs.flatMap(run => numberOrNull(run.cost) ?? [])
  const next_step =
    open.length === 0
      ? 'All runs are over. Compare them by input.'
      : `${open.length} of ${runs.length} runs are not over: follow the next_step of each. Do not start them again.`
  return {
    howToReadOn: readOn,
    structured: {
      is_over: open.length === 0,
      next_step,
      runs,
      cost: costs.length > 0 ? costs.reduce((sum, cost) => sum + cost, 0) : null,
    },
  }
}
