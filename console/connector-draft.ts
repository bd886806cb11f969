/** State of the connector form, and the API input for it. Pure. */
import type { ToolExposure } from '../lambda/catalog/filter-rule.ts'
import {
  type ConnectorConfig,
  type ConnectorRecord,
  MAX_RESULT_CHARACTERS,
  resultCharacters,
} from '../lambda/connectors/connector.ts'
import { type ExpiryChoice, toExpiresAt } from './format-time.ts'

export const METHOD_GROUPS = ['read', 'write', 'custom'] as const

export interface ConnectorDraft {
  name: string
  /** Selected method groups; all of them: every tool. */
  groups: string[]
  /** Individual tools in addition to the groups. */
  tools: string[]
  tags: string[]
  exposure: ToolExposure
  requireApiToken: boolean
  /** Version of the catalog whose tools it offers; absent: the newest. */
  catalogVersion?: number
  maxResultCharacters: number
  /** `unchanged`: the current expiry stays. */
  expiry: ExpiryChoice | 'unchanged'
  /** Value of the date field: `2027-01-31T12:00`, in the user's time zone. */
  date: string
}

/** Request body of the API. */
export interface ConnectorInput {
  name: string
  config: ConnectorConfig
  /** Left out: unchanged (update), never (creation). */
  expires_at?: string | null
}

/** The initial draft of a new connector: it reads everything, changes nothing, and expires. */
export const NEW_DRAFT: ConnectorDraft = {
  name: '',
  groups: ['read'],
  tools: [],
  tags: [],
  exposure: 'essentials',
  requireApiToken: false,
  maxResultCharacters: MAX_RESULT_CHARACTERS.default,
  expiry: '2592000',
  date: '',
}

/** The draft for an existing connector. */
export function draftOf({ name, config }: ConnectorRecord): ConnectorDraft {
  const isGroup = (method: string) => METHOD_GROUPS.some(group => group === method)
  return {
    name,
    groups: config.methods.length === 0 ? [...METHOD_GROUPS] : config.methods.filter(isGroup),
    tools: config.methods.filter(method => !isGroup(method)),
    tags: config.tags,
    exposure: config.tool_exposure,
    requireApiToken: config.require_api_token_auth,
    catalogVersion: config.catalog_version ?? 1,
    maxResultCharacters: resultCharacters(config),
    expiry: 'unchanged',
    date: '',
  }
}

/** `methods` for the API: empty for every tool. */
export function methodsOf({ groups, tools }: Pick<ConnectorDraft, 'groups' | 'tools'>): string[] {
  return groups.length === METHOD_GROUPS.length ? [] : [...groups, ...tools]
}

/** A message about what is missing in the form; undefined if it can be submitted. */
export function missingIn(draft: ConnectorDraft, nowMs: number): string | undefined {
  if (draft.name.trim() === '') return 'Enter a name.'
  if (draft.groups.length === 0 && draft.tools.length === 0) {
    return 'Choose what it may do: a group of tools or individual tools.'
  }
  const { least, most } = MAX_RESULT_CHARACTERS
  const { maxResultCharacters: limit } = draft
  if (!(Number.isInteger(limit) && limit >= least && limit <= most))
    return `Choose results of ${least.toLocaleString('en')} to ${most.toLocaleString('en')} characters.`
  if (draft.expiry !== 'unchanged' && toExpiresAt(draft.expiry, draft.date, nowMs) === undefined) {
    return 'Choose the date and time when it expires.'
  }
  return undefined
}

/** The API input for the draft. */
export function toInput(draft: ConnectorDraft, nowMs: number): ConnectorInput {
  const expiresAt = draft.expiry === 'unchanged' ? undefined : toExpiresAt(draft.expiry, draft.date, nowMs)
  return {
    name: draft.name.trim(),
    config: {
      methods: methodsOf(draft),
      tags: draft.tags,
      tool_exposure: draft.exposure,
      require_api_token_auth: draft.requireApiToken,
      max_result_characters: draft.maxResultCharacters,
    },
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
  }
}

/** The list with or without the word. */
export function toggled(list: readonly string[], word: string, isOn: boolean): string[] {
  const others = list.filter(one => one !== word)
  return isOn ? [...others, word] : others
}
