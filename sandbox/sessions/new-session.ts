/** Makes sessions and starts their runs: for requests of people and programs, and for triggers. */
import type { World } from '../http/call.ts'
import { nextId } from '../http/ids.ts'
import type { AgentRecord, SessionRecord } from '../state/state.ts'
import { startTurn, type TurnStart } from './agent-scripts.ts'
import { waitForSlotMs } from './run-slots.ts'

export interface SessionStart {
  /** Default: a new id. */
  id?: string
  name: string | null
  /** Null: nothing is run. */
  input: string | null
  creatorId: string
  atMs: number
  metadata?: Record<string, unknown>
  triggerId?: string
  isIncognito?: boolean
}

/** Starts a run of the session. @throws ApiError 429 */
export function addTurn(
  world: World,
  session: SessionRecord,
  agent: AgentRecord,
  message: Pick<TurnStart, 'id' | 'input' | 'attachments' | 'creatorId' | 'idempotencyKey'>,
  atMs: number,
): void {
  const waitMs = waitForSlotMs(world, atMs)
  session.turns.push(startTurn(agent.persona, { ...message, acceptedAtMs: atMs, waitMs }, world.speed))
}

/** @throws ApiError 429, before the session is stored */
export function startSession(world: World, agent: AgentRecord, start: SessionStart): SessionRecord {
  const { input, creatorId, atMs } = start
  const session: SessionRecord = {
    id: start.id ?? nextId(world.state, 'ses_'),
    agentId: agent.id,
    name: start.name,
    metadata: start.metadata ?? {},
    creatorId,
    createdAtMs: atMs,
    turns: [],
    queue: [],
    files: [],
    triggerId: start.triggerId ?? null,
    isIncognito: start.isIncognito === true || agent.isIncognito,
  }
  if (input !== null) {
    const message = { id: nextId(world.state, 'msg_'), input, attachments: [], creatorId }
    addTurn(world, session, agent, message, atMs)
  }
  world.state.sessions.push(session)
  return session
}
