/** What somebody has typed and ticked in the form of a connector, and what it means to the API. Pure. */
import type { ToolExposure } from '../lambda/catalog/filter-rule.ts'
import type { ConnectorConfig, ConnectorRecord } from '../lambda/connectors/connector.ts'
import { type ExpiryChoice, toExpiresAt } from './format-time.ts'

export const METHOD_GROUPS = ['read', 'write', 'custom'] as const

export interface ConnectorDraft {
  name: string
  /** Ticked method groups; all of them: every tool. */
  groups: string[]
  /** Single tools beside the groups. */
  tools: string[]
  tags: string[]
  exposure: ToolExposure
  requireApiToken: boolean
  /** `keep`: an expiry that is there already stays as it is. */
  expiry: ExpiryChoice | 'keep'
  /** Value of the date field: `2027-01-31T12:00`, in the reader's own zone. */
  date: string
}

/** What the API is sent. */
export interface ConnectorInput {
  name: string
  config: ConnectorConfig
  /** Left out: stays as it is (a change), never (a creation). */
  expires_at?: string | null
}

/** The draft that a new connector starts from: it looks at everything, changes nothing, and ends. */
export const NEW_DRAFT: ConnectorDraft = {
  name: '',
  groups: ['read'],
  tools: [],
  tags: [],
  exposure: 'essentials',
  requireApiToken: false,
  expiry: '2592000',
  date: '',
}

/** The draft of a connector as it is. */
export function draftOf({ name, config }: ConnectorRecord): ConnectorDraft {
  const isGroup = (method: string) => METHOD_GROUPS.some(group => group === method)
  return {
    name,
    groups: config.methods.length === 0 ? [...METHOD_GROUPS] : config.methods.filter(isGroup),
    tools: config.methods.filter(method => !isGroup(method)),
    tags: config.tags,
    exposure: config.tool_exposure,
    requireApiToken: config.require_api_token_auth,
    expiry: 'keep',
    date: '',
  }
}

/** `methods` as the API wants them: nothing for every tool. */
export function methodsOf({ groups, tools }: Pick<ConnectorDraft, 'groups' | 'tools'>): string[] {
  return groups.length === METHOD_GROUPS.length ? [] : [...groups, ...tools]
}

/** What is missing before the server need be asked, in words; undefined: nothing. */
export function missingIn(draft: ConnectorDraft, nowMs: number): string | undefined {
  if (draft.name.trim() === '') return 'Give it a name.'
  if (draft.groups.length === 0 && draft.tools.length === 0) {
    return 'Choose what it may do: a kind of tool, or single tools.'
  }
  if (draft.expiry !== 'keep' && toExpiresAt(draft.expiry, draft.date, nowMs) === undefined) {
    return 'Choose the day and time on which it expires.'
  }
  return undefined
}

/** What is sent for the draft. */
export function toInput(draft: ConnectorDraft, nowMs: number): ConnectorInput {
  const expiresAt = draft.expiry === 'keep' ? undefined : toExpiresAt(draft.expiry, draft.date, nowMs)
  return {
    name: draft.name.trim(),
    config: {
      methods: methodsOf(draft),
      tags: draft.tags,
      tool_exposure: draft.exposure,
      require_api_token_auth: draft.requireApiToken,
    },
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
  }
}

/** The list with the word in it or without it. */
export function toggled(list: readonly string[], word: string, isOn: boolean): string[] {
  const others = list.filter(one => one !== word)
  return isOn ? [...others, word] : others
}
