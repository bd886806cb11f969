/** What an administrator may set on a connector (docs/administration.md), and what is wrong with the input. */
import { z } from 'zod'
import { type ConnectorConfig, MAX_RESULT_CHARACTERS, resultCharacters } from '../connectors/connector.ts'
import { displayName, expiresAt, wordList } from './input-fields.ts'
import { parseInput } from './parse-input.ts'
import { emptyFilterError, methodError, type ToolFilter, tagError } from './tool-filter-errors.ts'

const METHODS_LIMIT = 200
export const TAGS_LIMIT = 50
/** A rotated secret may remain valid for up to a day; for longer periods there is the connector's expiry. */
const GRACE_LIMIT_SECONDS = 86_400

export interface ConnectorCreation {
  name: string
  config: ConnectorConfig
  expires_at: string | null
}

type ConfigChange = { [Field in keyof ConnectorConfig]?: ConnectorConfig[Field] | undefined }

export interface ConnectorChange {
  name?: string | undefined
  config?: ConfigChange | undefined
  expires_at?: string | null | undefined
  disabled?: boolean | undefined
}

/** The strings in `config.tags` of an unvalidated body, to look up tool groups of that name before validation. */
export function tagsNamedIn(body: unknown): string[] {
  const parsed = z.looseObject({ config: z.looseObject({ tags: z.array(z.unknown()) }) }).safeParse(body)
  if (!parsed.success) return []
  return parsed.data.config.tags.filter(tag => typeof tag === 'string').slice(0, TAGS_LIMIT)
}

/** Parses the body of a creation. Throws `invalid_arguments` with every error. */
export function parseConnectorCreation(body: unknown, filter: ToolFilter, nowMs: number): ConnectorCreation {
  const { methods, tags, tool_exposure, require_api_token_auth, catalog_version, max_result_characters } =
    configFields(filter)
  const config = z
    .strictObject({
      methods: methods.default([]),
      tags: tags.default([]),
      tool_exposure: tool_exposure.default('essentials'),
      require_api_token_auth: require_api_token_auth.default(false),
      catalog_version: catalog_version.default(filter.catalogVersion),
      max_result_characters: max_result_characters.default(MAX_RESULT_CHARACTERS.default),
    })
    .superRefine((value, context) => addEmptyFilterIssue(value, filter, context))
  const schema = z.strictObject({
    name: displayName,
    config: config.prefault({}),
    expires_at: expiresAt(nowMs).default(null),
  })
  return parseInput(schema, body)
}

/**
 * Parses the body of a change. Fields that are left out do not change; `config` merges per field. Throws
 * `invalid_arguments`.
 */
export function parseConnectorChange(body: unknown, filter: ToolFilter, nowMs: number): ConnectorChange {
  const schema = z
    .strictObject({
      name: displayName.optional(),
      config: z.strictObject(configFields(filter)).partial().optional(),
      expires_at: expiresAt(nowMs).optional(),
      disabled: z.boolean().optional(),
    })
    .refine(change => Object.values(change).some(value => value !== undefined), {
      error: 'must change at least one of name, config, expires_at and disabled',
    })
  return parseInput(schema, body)
}

/** The config after a change. Throws `invalid_arguments` when no tool passes it. */
export function mergeConfig(
  before: ConnectorConfig,
  change: ConfigChange | undefined,
  filter: ToolFilter,
): ConnectorConfig {
  if (change === undefined) return before
  const merged: ConnectorConfig = {
    methods: change.methods ?? before.methods,
    tags: change.tags ?? before.tags,
    tool_exposure: change.tool_exposure ?? before.tool_exposure,
    require_api_token_auth: change.require_api_token_auth ?? before.require_api_token_auth,
    catalog_version: change.catalog_version ?? before.catalog_version ?? 1,
    max_result_characters: change.max_result_characters ?? resultCharacters(before),
  }
  const whole = z.object({
    config: z
      .custom<ConnectorConfig>()
      .superRefine((value, context) => addEmptyFilterIssue(value, filter, context)),
  })
  return parseInput(whole, { config: merged }).config
}

/** Parses the body of a rotation: how many seconds the old secret remains valid (default 0). */
export function parseRotation(body: unknown): { grace_seconds: number } {
  return parseInput(
    z.strictObject({ grace_seconds: z.int().min(0).max(GRACE_LIMIT_SECONDS).default(0) }),
    body ?? {},
  )
}

/** Parses the body of a refresh: with `preview`, nothing is changed. */
export function parseRefresh(body: unknown): { preview: boolean } {
  return parseInput(z.strictObject({ preview: z.boolean().default(false) }), body ?? {})
}

/** A version of the catalog: up to the newest. */
export function catalogVersion(filter: ToolFilter) {
  return z.int().min(1).max(filter.catalogVersion)
}

function configFields(filter: ToolFilter) {
  return {
    methods: wordList(METHODS_LIMIT, method => methodError(method, filter)),
    tags: wordList(TAGS_LIMIT, tag => tagError(tag, filter)),
    tool_exposure: z.enum(['all', 'essentials', 'discovery']),
    require_api_token_auth: z.boolean(),
    catalog_version: catalogVersion(filter),
    max_result_characters: z.int().min(MAX_RESULT_CHARACTERS.least).max(MAX_RESULT_CHARACTERS.most),
  }
}

function addEmptyFilterIssue(
  config: { methods: string[]; tags: string[]; catalog_version?: number },
  filter: ToolFilter,
  context: z.core.$RefinementCtx,
): void {
  // An unknown name is already an error; that no tool is left is only its consequence.
  const isKnown = (error: string | undefined) => error === undefined
  const namesExist =
    config.methods.every(method => isKnown(methodError(method, filter))) &&
    config.tags.every(tag => isKnown(tagError(tag, filter)))
  const error = namesExist ? emptyFilterError(config, filter) : undefined
  if (error !== undefined) context.addIssue({ code: 'custom', message: error })
}
