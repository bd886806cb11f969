/** Approval requests: answers to what an agent asks before it continues. */

import { agentById } from '../agents/agents.ts'
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { objectField, objectsField, textField, textOrNull } from '../http/fields.ts'
import type { JsonObject } from '../http/request-check.ts'
import type { ApprovalRequestRecord } from '../state/state.ts'
import { findSession } from './find-session.ts'
import { refuseIncognito } from './incognito.ts'
import { openApprovalRequests, sessionFull } from './session-view.ts'
import { cursorAfterAnswers } from './stream-events.ts'

/**
 * The approval request that a response answers. The same answer may be repeated, since its response may have been
 * lost; an answer cannot be changed.
 * @throws ApiError 400 for an unknown or already answered request, or an incomplete answer
 */
function requestFor(
  response: JsonObject,
  requests: ApprovalRequestRecord[],
  at: string,
): ApprovalRequestRecord {
  const id = textField(response, 'action_request_id') ?? ''
  const request = requests.find(entry => entry.id === id)
  if (request === undefined)
    throw badRequest(`This session has no approval request "${id}".`, `${at}.action_request_id`)
  if (request.answer !== null && request.answer.action !== response.action) {
    throw badRequest(
      `"${id}" has already been answered with ${request.answer.action}.`,
      `${at}.action_request_id`,
    )
  }
  const centre = objectField(objectField(response, 'response'), 'values').cost_centre
  if (
    request.kind === 'human_input' &&
    response.action === 'accept' &&
    centre !== 'Sales' &&
    centre !== 'Events'
  ) {
    throw new ApiError(
      400,
      'invalid_human_input_option',
      'response.values.cost_centre must be Sales or Events.',
      {
        param: `${at}.response.values.cost_centre`,
      },
    )
  }
  return request
}

/** Stores the answer if it is the first one. Returns the result for the caller. */
function decide(request: ApprovalRequestRecord, response: JsonObject, atMs: number) {
  const action = response.action === 'accept' ? 'accept' : 'reject'
  const outcome = action === 'accept' ? 'accepted' : 'rejected'
  if (request.answer !== null) return { action_request_id: request.id, action, outcome: `already_${outcome}` }
  const values = objectField(objectField(response, 'response'), 'values')
  request.answer = { action, reason: textOrNull(response, 'reason'), values, atMs }
  return { action_request_id: request.id, action, outcome }
}

/** Validates all responses before it stores any. The run continues once every request is answered. */
export function resolveApprovals(call: Call): ApiResponse {
  const session = findSession(call)
  refuseIncognito(session, 'approval requests')
  const turn = session.turns.at(-1)
  if (turn === undefined || openApprovalRequests(session, call.nowMs).length === 0) {
    throw new ApiError(409, 'session_not_awaiting_approval', 'This session is not waiting for approval.')
  }
  const decisions = objectsField(call.body, 'approval_responses').map((response, i) => ({
    response,
    request: requestFor(response, turn.approvalRequests, `approval_responses[${i}]`),
  }))
  if (new Set(decisions.map(decision => decision.request)).size < decisions.length) {
    throw badRequest('approval_responses answers the same request twice.', 'approval_responses')
  }
  const results = decisions.map(({ request, response }) => decide(request, response, call.nowMs))
  const agent = agentById(call.world.state, session.agentId)
  const continues = openApprovalRequests(session, call.nowMs).length === 0
  return ok({
    session: sessionFull(session, agent, call.nowMs),
    results,
    stream_cursor: continues ? cursorAfterAnswers(turn) : null,
  })
}
