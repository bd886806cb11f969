/** The personal wiki: cards about people, organizations and projects. Every key's owner has the same ones here. */
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { textOrNull } from '../http/fields.ts'
import { refuseTeamKey } from '../http/permissions.ts'
import { WIKI_CARDS } from '../seed/seed-wiki.ts'

/** Kinds of which there is one card. */
const SINGLE = ['profile', 'note']

const NO_FACTS = { facts: [] }

/** All cards, those of a kind, or one card with its facts. @throws ApiError 400, 403 for a team key, 404 */
export function queryWiki(call: Call): ApiResponse {
  refuseTeamKey(call, 'read a personal wiki')
  const type = textOrNull(call.body, 'type')
  const key = textOrNull(call.body, 'entity_key')
  if (key === null) {
    const matching = WIKI_CARDS.filter(card => type === null || card.type === type)
    // Facts come with single cards only, and with kinds of which there is one.
    return ok({
      cards: matching.map(card => (SINGLE.includes(card.type) ? card : { ...card, ...NO_FACTS })),
    })
  }
  if (type === null || SINGLE.includes(type))
    throw badRequest('entity_key goes with a type of which there are several.', 'entity_key')
  const found = WIKI_CARDS.find(card => card.type === type && card.entity_key === key)
  if (found === undefined) throw new ApiError(404, 'wiki_card_not_found', `There is no card "${key}".`)
  return ok({ cards: [found] })
}
