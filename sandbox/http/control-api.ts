/** The sandbox's control API: an overview, failure injection and the clock. */

import { FLOWS } from '../seed/seed-flows.ts'
import { handleAppEvent } from '../triggers/webhooks.ts'
import type { ApiResponse } from './api-response.ts'
import { created, ok } from './api-response.ts'
import type { World } from './call.ts'
import { ApiError, badRequest, errorResponse } from './error-response.ts'
import type { FailureInjector } from './failure-injection.ts'
import { parseFailureRule } from './failure-injection.ts'
import { settle } from './handle-api-request.ts'
import { isObject, type JsonObject } from './request-check.ts'
import { timestamp } from './timestamp.ts'

export const CONTROL_PREFIX = '/__sandbox'

/** Describes the sandbox: agents, flows, tips and active failures. */
export function overview(world: World, failures: FailureInjector, nowMs: number) {
  return {
    what: 'The sandbox, a local Gumloop simulator. Every API key works unless it starts with "bad". Send any user ID as x-auth-key.',
    api: `${world.publicUrl}/api/v1`,
    time: timestamp(nowMs),
    speed: world.speed,
    agents: world.state.agents
      .filter(agent => agent.isActive)
      .map(agent => ({ id: agent.id, name: agent.name, description: agent.description })),
    flows: FLOWS.map(flow => ({
      id: flow.id,
      name: flow.name,
      description: flow.description,
      inputs: flow.inputs.map(input => input.name),
    })),
    tips: [
      'Write "take 3 minutes" or "take 90 seconds" in a message or an input to make the run take that long.',
      `POST ${CONTROL_PREFIX}/clock {"seconds": 180} moves the clock forward; schedules whose time has come start their agents.`,
      `POST ${CONTROL_PREFIX}/app-events {"trigger_id": "trg_support_channel"} makes the event happen that a trigger waits for.`,
      'docs/sandbox.md describes the rest. With user_ana or user_tomasz as x-auth-key, you see only what is shared with that person.',
      `POST ${CONTROL_PREFIX}/failures {"kind": "429", "times": 3} makes the next three requests fail with 429. DELETE ${CONTROL_PREFIX}/failures removes all injected failures.`,
    ],
    failures: failures.list(),
  }
}

function parse(body: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString('utf8') || '{}')
    if (isObject(value)) return value
  } catch {
    // Reported below, together with JSON that is not an object.
  }
  throw badRequest('The body must be a JSON object.')
}

/** @param nowMs reads the clock, so that the response to `POST /clock` shows the new time */
export function handleControlRequest(
  method: string,
  path: string,
  body: Buffer,
  world: World,
  failures: FailureInjector,
  nowMs: () => number,
): ApiResponse {
  try {
    const action = `${method} ${path.slice(CONTROL_PREFIX.length)}`
    if (action === 'GET ' || action === 'GET /') return ok(overview(world, failures, nowMs()))
    if (action === 'POST /failures') {
      failures.add(parseFailureRule(parse(body)))
      return created({ failures: failures.list() })
    }
    if (action === 'GET /failures') return ok({ failures: failures.list() })
    if (action === 'DELETE /failures') {
      failures.clear()
      return ok({ failures: [] })
    }
    if (action === 'POST /clock') {
      const { seconds } = parse(body)
      if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= 366 * 86_400)) {
        throw badRequest('seconds must be a number from 0 to 31622400 (366 days).', 'seconds')
      }
      world.state.clockOffsetMs += Math.round(seconds * 1_000)
      settle(world, nowMs())
      return ok({ time: timestamp(nowMs()) })
    }
    if (action === 'POST /app-events') {
      const { trigger_id: id } = parse(body)
      return handleAppEvent(world, typeof id === 'string' ? id : '', nowMs())
    }
    throw new ApiError(404, 'not_found', `The control API has no ${action}. See GET ${CONTROL_PREFIX}.`)
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error, 'agent')
    throw error
  }
}
