/** Decisions: typed questions about data, answered with probabilities that depend only on the request. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { objectField, textField, textOrNull } from '../http/fields.ts'
import { fractionOf, nextId } from '../http/ids.ts'
import { refuseTeamKey } from '../http/permissions.ts'
import { isObject, type JsonObject } from '../http/request-check.ts'
import { findModel } from '../seed/seed-models.ts'
import { requireTeam } from './people.ts'

const QUESTIONS_LIMIT = 50
const OPTIONS_LIMIT = 100
const CREDITS_PER_TOKEN = 0.001

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? null))
const round = (value: number) => Number(value.toFixed(4))

/** The words of an option that occur in the state weigh most; the rest is drawn from the request. */
function weights(options: Record<string, string>, state: string): Record<string, number> {
  const words = new Set(state.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
  const raw = Object.entries(options).map(([id, text]): [string, number] => {
    const hits = (`${id} ${text}`.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter(word =>
      words.has(word),
    )
    return [id, 0.1 + hits.length + fractionOf(`${state}|${id}|${text}`) / 10]
  })
  const sum = raw.reduce((total, [, weight]) => total + weight, 0)
  return Object.fromEntries(raw.map(([id, weight]) => [id, round(weight / sum)]))
}

function best(probabilities: Record<string, number>): [id: string, probability: number] {
  const [first = ['', 0]] = Object.entries(probabilities).sort(([, a], [, b]) => b - a)
  return [first[0], first[1]]
}

/** @throws ApiError 400 that names the question */
function answer(question: JsonObject, state: string, at: string): JsonObject {
  const { type, criteria } = question
  if (type === 'noul') {
    const instructions = asText(question.instructions)
    const { yes = 0 } = weights(
      { yes: `${instructions} ${asText(objectField(question, 'criteria').true)}`, no: '' },
      state,
    )
    return { type, noul: yes }
  }
  const options = Array.isArray(criteria)
    ? Object.fromEntries(criteria.map((text, i) => [String(i), asText(text)]))
    : Object.fromEntries(
        Object.entries(isObject(criteria) ? criteria : {}).map(([id, text]) => [id, asText(text)]),
      )
  const count = Object.keys(options).length
  if (count < 2 || count > OPTIONS_LIMIT)
    throw badRequest(`A ${String(type)} question has 2 to ${OPTIONS_LIMIT} criteria.`, `${at}.criteria`)
  const probabilities = weights(options, state)
  const [id, confidence] = best(probabilities)
  if (type === 'choice') return { type, choice: id, confidence, probabilities }
  const score = Object.entries(probabilities).reduce((sum, [step, share]) => sum + Number(step) * share, 0)
  return { type, score: round(score), confidence, legend: options, probabilities }
}

/** @throws ApiError 400 `model_unavailable` for a chat model, 403 for a team key */
export function createDecision(call: Call): ApiResponse {
  const { body, world } = call
  refuseTeamKey(call, 'ask for decisions')
  const teamId = textOrNull(call.query, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  const model = findModel(textField(body, 'model') ?? '')
  if (model?.isDecisionModel !== true) {
    throw new ApiError(
      400,
      'model_unavailable',
      'This is no decision model. GET /models marks those with is_classifier_model.',
      { param: 'model' },
    )
  }
  const questions = Object.entries(objectField(body, 'questions'))
  if (questions.length === 0 || questions.length > QUESTIONS_LIMIT)
    throw badRequest(`Ask 1 to ${QUESTIONS_LIMIT} questions.`, 'questions')
  const state = asText(body.state)
  const answers = questions.map(([id, question]) => [
    id,
    answer(objectField({ question }, 'question'), state, `questions.${id}`),
  ])
  const input_tokens = Math.ceil((state.length + JSON.stringify(body.questions).length) / 4)
  return ok({
    id: nextId(world.state, 'dec_'),
    model: `${model.id}-20260917`,
    provider: 'sandbox',
    answers: Object.fromEntries(answers),
    usage: { input_tokens, output_tokens: 0, cost: round(input_tokens * CREDITS_PER_TOKEN) },
  })
}
