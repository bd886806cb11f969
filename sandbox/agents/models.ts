/** Models: the list, and the router that selects one. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { badRequest } from '../http/error-response.ts'
import { textOrNull, textsField } from '../http/fields.ts'
import { findModel, MODELS, type Model } from '../seed/seed-models.ts'
import { requireTeam } from './people.ts'

export function listModels(call: Call): ApiResponse {
  const teamId = textOrNull(call.query, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  const groups = [...new Set(MODELS.map(model => model.group))]
  const model_groups = groups.map(group => ({
    name: group,
    models: MODELS.filter(model => model.group === group).map(model => ({
      id: model.id,
      name: model.name,
      modalities: model.isImageModel ? ['text', 'image'] : ['text'],
      is_classifier_model: model.isDecisionModel,
    })),
  }))
  return ok({ model_groups })
}

const LANES: Model['lane'][] = ['micro', 'light', 'standard', 'plus', 'max']

/** A longer or more demanding message gets a heavier lane. */
function laneFor(input: string): Model['lane'] {
  const isDemanding = /\b(prove|analy[sz]e|design|audit|refactor|plan)\b/i.test(input)
  const weight = (input.length > 2_000 ? 2 : input.length > 200 ? 1 : 0) + (isDemanding ? 2 : 0)
  return LANES[weight] ?? 'max'
}

function inputText(input: unknown): string {
  if (typeof input === 'string') return input
  return JSON.stringify(input ?? '')
}

export function routeModel(call: Call): ApiResponse {
  const { body } = call
  const teamId = textOrNull(body, 'team_id')
  if (teamId !== null) requireTeam(teamId)
  const input = inputText(body.input)
  if (input.trim() === '') throw badRequest('input must not be blank.', 'input')
  const requested = textsField(body, 'models')
  const writers = MODELS.filter(
    model => !model.isImageModel && !model.isDecisionModel && model.group !== 'Presets',
  )
  const candidates = (requested.length === 0 ? writers.map(model => model.id) : requested).map(id => {
    const model = findModel(id)
    if (model === undefined) throw badRequest(`models: unknown model "${id}".`, 'models')
    return {
      requested_model: id,
      model: model.id,
      lane: model.lane,
      basis: 'catalog',
      lanes: [model.lane],
      lane_basis: 'catalog',
      status: 'eligible',
    }
  })
  const verdict = laneFor(input)
  const distance = (lane: Model['lane']) => Math.abs(LANES.indexOf(lane) - LANES.indexOf(verdict))
  const [best, ...others] = [...candidates].sort((a, b) => distance(a.lane) - distance(b.lane))
  if (best === undefined) throw badRequest('models must name a model.', 'models')
  const adjusted = LANES.indexOf(best.lane) - LANES.indexOf(verdict)
  return ok({
    router: 'gumloop-chew',
    route: {
      model: best.model,
      lane: best.lane,
      verdict_lane: verdict,
      adjustment: adjusted === 0 ? null : adjusted > 0 ? 'escalated' : 'downgraded',
      reasoning_effort: null,
      fallback_models: others.slice(0, 3).map(entry => entry.model),
      fail_closed: false,
    },
    candidates,
  })
}
