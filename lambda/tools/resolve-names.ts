/**
 * Names in the place of ids: a tool that takes an agent, a flow or a team also takes its exact name. In one place for
 * all tools. Typing errors are never corrected here, since what is named may be started or changed.
 */
import { findTool } from '../catalog/catalog.ts'
import type { CatalogTool } from '../catalog/tool.ts'
import type { Arguments } from '../gumloop/build-request.ts'
import type { Operation } from '../gumloop/operation.ts'
import { toListPage } from '../gumloop/paging.ts'
import { mayUse } from '../runs/observe/connector-rules.ts'
import type { MayCall } from '../runs/observe/run-state.ts'
import { AppError, toAppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { isSameName, wordMatch } from '../shared/name-match.ts'
import { idOrNull, textOrNull } from '../shared/wire-value.ts'

export interface Named {
  id: string
  name: string
  description: string
}

/** How the things of one kind are listed. */
interface Listing {
  noun: string
  tool: string
  idField: string
}

export const AGENTS: Listing = { noun: 'agent', tool: 'list_all_gumloop_agents', idField: 'id' }
export const FLOWS: Listing = { noun: 'flow', tool: 'list_all_gumloop_flows', idField: 'saved_item_id' }
const TEAMS: Listing = { noun: 'team', tool: 'list_all_gumloop_teams', idField: 'id' }

const LISTING_OF: Readonly<Record<string, Listing>> = {
  agent_id: AGENTS,
  saved_item_id: FLOWS,
  team_id: TEAMS,
}

const PAGE_SIZE = 100
/** An account with more is searched by Gumloop. */
const MAX_PAGES = 5
const MAX_CANDIDATES = 8

/** Everything of this kind that the connector may see, of at most 500. @throws AppError as the list operation */
export async function listNamed({ tool, idField }: Listing, operation: Operation): Promise<Named[]> {
  const paging = findTool(tool)?.plan?.paging
  if (!paging) throw new Error(`${tool} is no list`)
  const found: Named[] = []
  let cursor: string | null = null
  for (let page = 0; page < MAX_PAGES; page++) {
    const args: Arguments = { limit: PAGE_SIZE, ...(cursor !== null && { next_cursor: cursor }) }
    const { value } = await operation(tool, args)
    const { result, next_cursor } = toListPage(paging, args, value)
    found.push(...result.flatMap(item => namedOf(item, idField)))
    if (next_cursor === null || next_cursor === cursor) break
    cursor = next_cursor
  }
  return found
}

function namedOf(item: unknown, idField: string): Named[] {
  const id = isObject(item) ? idOrNull(item[idField]) : null
  if (!isObject(item) || id === null) return []
  return [{ id, name: textOrNull(item.name) ?? id, description: textOrNull(item.description) ?? '' }]
}

/** `args` with ids for names. @throws AppError `invalid_arguments` that lists the candidates */
export async function withIdsForNames(
  tool: CatalogTool,
  args: Arguments,
  operation: Operation,
  mayCall: MayCall,
): Promise<Arguments> {
  const properties = tool.definition.inputSchema.properties ?? {}
  let resolved = args
  for (const [field, listing] of Object.entries(LISTING_OF)) {
    const value = args[field]
    if (typeof value !== 'string' || !Object.hasOwn(properties, field) || !mayBeName(value)) continue
    if (!mayUse(listing.tool, mayCall)) continue
    const id = await idOf(field, value, listing, operation)
    if (id !== value) resolved = { ...resolved, [field]: id }
  }
  return resolved
}

/** An id of Gumloop's has no spaces, is long, and nearly always has digits or an underscore among its characters. */
function mayBeName(value: string): boolean {
  if (/\s/.test(value.trim())) return true
  return !/[\d_]/.test(value) ? value.length < 20 : value.includes('-') && value.length < 16
}

async function idOf(field: string, value: string, listing: Listing, operation: Operation): Promise<string> {
  const isWord = !/\s/.test(value.trim())
  const all = await listNamed(listing, operation).catch(error => {
    if (isWord && toAppError(error).code !== 'cancelled') return []
    throw error
  })
  if (all.some(one => one.id === value)) return value
  const same = all.filter(one => isSameName(value, one.name))
  if (same[0] && same.length === 1) return same[0].id
  // A single word that no name has may still be an id: Gumloop decides.
  if (same.length === 0 && isWord) return value
  const { noun } = listing
  const candidates = same.length > 1 ? same : nearestNamed(value, all)
  const which =
    same.length > 1
      ? `names ${same.length} ${noun}s`
      : `is not the name of ${noun === 'agent' ? 'an' : 'a'} ${noun}`
  throw new AppError(
    'invalid_arguments',
    `${same.length > 1 ? 'More than one' : 'No'} ${noun} has exactly this name.`,
    {
      errors: [{ path: field, message: `${which}; ${candidatesText(noun, candidates, same.length > 1)}` }],
      nextStep: `If one of them is clearly meant, call again with its id in ${field}; otherwise ask the person.`,
      mayHaveTakenEffect: false,
    },
  )
}

/** Those that resemble the query most, likeliest first; the first ones where none does. */
export function nearestNamed(query: string, all: readonly Named[]): Named[] {
  const scored = all.map(one => ({ one, score: wordMatch(query, `${one.name} ${one.description}`) }))
  const similar = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score)
  const shown = similar.length > 0 ? similar : scored
  return shown.slice(0, MAX_CANDIDATES).map(({ one }) => one)
}

/** The names that resemble one that nothing has, as a sentence; undefined where there are no names. */
export function otherNames(query: string, all: readonly Named[]): string | undefined {
  const names = nearestNamed(query, all).map(one => one.name)
  return names.length === 0 ? undefined : `No agent or flow has this name. There are: ${names.join(', ')}.`
}

function candidatesText(noun: string, candidates: readonly Named[], areSame: boolean): string {
  if (candidates.length === 0) return `this account has no ${noun}`
  return `${areSame ? 'they' : 'the nearest'} are ${candidates.map(({ id, name }) => `${name.slice(0, 80)} (${id})`).join(', ')}`
}
