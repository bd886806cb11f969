/** The sandbox's own switches over HTTP, for people: what there is, failures, the clock. */

import { FLOWS } from '../seed/flows.ts'
import type { Answer } from './answer.ts'
import { created, ok } from './answer.ts'
import type { World } from './call.ts'
import { badRequest, Refusal, refusalAnswer } from './error-response.ts'
import type { FailureBook } from './failure-injection.ts'
import { parseFailureRule } from './failure-injection.ts'
import { isObject, type JsonObject } from './request-check.ts'
import { timestamp } from './timestamp.ts'

export const CONTROL_PREFIX = '/__sandbox'

/** What the sandbox is and what to try in it. */
export function overview(world: World, failures: FailureBook, nowMs: number) {
  return {
    what: 'A stand-in for Gumloop. Any API key works that does not start with "bad"; send a user id as x-auth-key.',
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
      'Say "take 3 minutes" or "take 90 seconds" in a message or an input: the run takes that long.',
      `POST ${CONTROL_PREFIX}/clock {"seconds": 180} moves the clock forward.`,
      `POST ${CONTROL_PREFIX}/failures {"kind": "429", "times": 3} makes the next three answers 429; DELETE ends it.`,
    ],
    failures: failures.list(),
  }
}

function parse(body: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString('utf8') || '{}')
    if (isObject(value)) return value
  } catch {
    // said below, as for every other body that is no object
  }
  throw badRequest('The body must be a JSON object.')
}

/** @param nowMs reads the clock: a change of it shows in the same answer */
export function answerControl(
  method: string,
  path: string,
  body: Buffer,
  world: World,
  failures: FailureBook,
  nowMs: () => number,
): Answer {
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
        throw badRequest('seconds must be a number from 0 to a year.', 'seconds')
      }
      world.state.clockOffsetMs += Math.round(seconds * 1_000)
      return ok({ time: timestamp(nowMs()) })
    }
    throw new Refusal(404, 'not_found', `Nothing here. Try GET ${CONTROL_PREFIX}.`)
  } catch (thrown) {
    if (thrown instanceof Refusal) return refusalAnswer(thrown, 'agent')
    throw thrown
  }
}
