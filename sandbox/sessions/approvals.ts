/** Approval requests: answering what an agent asks before it goes on. */

import { agentById } from '../agents/agents.ts'
import { type Answer, ok } from '../http/answer.ts'
import type { Call } from '../http/call.ts'
import { badRequest, Refusal } from '../http/error-response.ts'
import { objectField, objectsField, textField, textOrNull } from '../http/fields.ts'
import { lettersOf } from '../http/ids.ts'
import type { JsonObject } from '../http/request-check.ts'
import type { AskRecord } from '../state/state.ts'
import { openAsks, sessionFull } from './session-view.ts'
import { findSession } from './sessions.ts'

/**
 * The ask that a response answers. Saying the same again is fine (a lost answer may be repeated); changing one's mind is not.
 * @throws Refusal 400 for an answer to nothing, or one that leaves a question open
 */
function askFor(response: JsonObject, asks: AskRecord[], at: string): AskRecord {
  const id = textField(response, 'action_request_id') ?? ''
  const ask = asks.find(entry => entry.id === id)
  if (ask === undefined)
    throw badRequest(`This session asks nothing by the id "${id}".`, `${at}.action_request_id`)
  if (ask.answer !== null && ask.answer.action !== response.action) {
    throw badRequest(
      `"${id}" has been answered with ${ask.answer.action} already.`,
      `${at}.action_request_id`,
    )
  }
  const centre = objectField(objectField(response, 'response'), 'values').cost_centre
  if (
    ask.kind === 'human_input' &&
    response.action === 'accept' &&
    centre !== 'Sales' &&
    centre !== 'Events'
  ) {
    throw new Refusal(
      400,
      'invalid_human_input_option',
      'response.values.cost_centre must be Sales or Events.',
      {
        param: `${at}.response.values.cost_centre`,
      },
    )
  }
  return ask
}

/** Keeps the answer, if it is the first, and says what became of it. */
function decide(ask: AskRecord, response: JsonObject, atMs: number) {
  const action = response.action === 'accept' ? 'accept' : 'reject'
  const outcome = action === 'accept' ? 'accepted' : 'rejected'
  if (ask.answer !== null) return { action_request_id: ask.id, action, outcome: `already_${outcome}` }
  const values = objectField(objectField(response, 'response'), 'values')
  ask.answer = { action, reason: textOrNull(response, 'reason'), values, atMs }
  return { action_request_id: ask.id, action, outcome }
}

/** All responses are checked before any is kept. The run goes on when nothing is open any more. */
export function resolveApprovals(call: Call): Answer {
  const session = findSession(call)
  const turn = session.turns.at(-1)
  if (turn === undefined || openAsks(session, call.nowMs).length === 0) {
    throw new Refusal(409, 'session_not_awaiting_approval', 'This session is not waiting for an approval.')
  }
  const decisions = objectsField(call.body, 'approval_responses').map((response, i) => ({
    response,
    ask: askFor(response, turn.asks, `approval_responses[${i}]`),
  }))
  if (new Set(decisions.map(decision => decision.ask)).size < decisions.length) {
    throw badRequest('An ask is answered twice.', 'approval_responses')
  }
  const results = decisions.map(({ ask, response }) => decide(ask, response, call.nowMs))
  const agent = agentById(call.world.state, session.agentId)
  const isGoingOn = openAsks(session, call.nowMs).length === 0
  return ok({
    session: sessionFull(session, agent, call.nowMs),
    results,
    stream_cursor: isGoingOn ? lettersOf(`${turn.id}|resumed`, 16) : null,
  })
}
