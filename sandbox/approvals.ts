/** Approval requests: answering what an agent asks before it goes on. */

import { agentById } from './agents.ts'
import { type Answer, ok } from './answer.ts'
import type { Call } from './call.ts'
import { objectField, objectsField, textField, textOrNull } from './fields.ts'
import { lettersOf } from './ids.ts'
import { badRequest, Refusal } from './refusal.ts'
import type { JsonObject } from './request-check.ts'
import { openAsks, sessionFull } from './session-view.ts'
import { findSession } from './sessions.ts'
import type { AskRecord, SessionRecord } from './state.ts'

const REASON_LIMIT = 1_000

/** @throws Refusal 400 for an answer to nothing, or one that leaves a question open */
function checkResponse(
  response: JsonObject,
  session: SessionRecord,
  open: AskRecord[],
  at: string,
): AskRecord {
  const id = textField(response, 'action_request_id') ?? ''
  const ask = open.find(entry => entry.id === id)
  if (ask === undefined) {
    const wasAnswered = session.turns.some(turn =>
      turn.asks.some(entry => entry.id === id && entry.answer !== null),
    )
    throw badRequest(
      wasAnswered ? `"${id}" has been answered already.` : `This session asks nothing by the id "${id}".`,
      `${at}.action_request_id`,
    )
  }
  if ((textField(response, 'reason')?.length ?? 0) > REASON_LIMIT) {
    throw badRequest(`reason may have ${REASON_LIMIT} characters at most.`, `${at}.reason`)
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

/** All answers are checked before any is kept. The run goes on when nothing is open any more. */
export function resolveApprovals(call: Call): Answer {
  const session = findSession(call)
  const open = openAsks(session, call.nowMs)
  if (open.length === 0) {
    throw new Refusal(409, 'session_not_awaiting_approval', 'This session is not waiting for an approval.')
  }
  const responses = objectsField(call.body, 'approval_responses')
  const asks = responses.map((response, i) =>
    checkResponse(response, session, open, `approval_responses[${i}]`),
  )
  if (new Set(asks).size < asks.length) throw badRequest('An ask is answered twice.', 'approval_responses')
  const results = responses.map((response, i) => {
    const action = response.action === 'accept' ? 'accept' : 'reject'
    const ask = asks[i]
    if (ask !== undefined) {
      ask.answer = {
        action,
        reason: textOrNull(response, 'reason'),
        values: objectField(objectField(response, 'response'), 'values'),
        atMs: call.nowMs,
      }
    }
    return {
      action_request_id: ask?.id ?? '',
      action,
      outcome: action === 'accept' ? 'accepted' : 'rejected',
    }
  })
  const agent = agentById(call.world.state, session.agentId)
  const isGoingOn = openAsks(session, call.nowMs).length === 0
  return ok({
    session: sessionFull(session, agent, call.nowMs),
    results,
    stream_cursor: isGoingOn ? lettersOf(`${session.id}|${session.turns.length}|resumed`, 16) : null,
  })
}
