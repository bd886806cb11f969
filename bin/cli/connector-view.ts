/** Connectors for the terminal: a table, the fields of one, and the URL when it is created. Pure. */

import type { ConnectorWithToken } from '../../lambda/admin/connector-admin.ts'
import {
  type ConnectorRecord,
  type ConnectorStatus,
  connectorStatus,
  resultCharacters,
} from '../../lambda/connectors/connector.ts'
import { relativeTime } from '../../lambda/shared/relative-time.ts'
import { type Color, type Paint, renderFields, renderTable } from './terminal.ts'

const STATUS_COLOR: Record<ConnectorStatus, Color> = {
  active: 'green',
  disabled: 'yellow',
  expired: 'yellow',
  revoked: 'red',
}
const NAME_SHOWN_CHARACTERS = 40
const WORDS_SHOWN_CHARACTERS = 40

export function connectorTable(connectors: ConnectorRecord[], nowMs: number, paint: Paint): string[] {
  const rows = connectors.map(connector => [
    connector.id,
    clip(connector.name, NAME_SHOWN_CHARACTERS),
    status(connector, nowMs, paint),
    clip(words(connector.config.methods), WORDS_SHOWN_CHARACTERS),
    clip(words(connector.config.tags), WORDS_SHOWN_CHARACTERS),
    connector.config.tool_exposure,
    connector.expires_at === null ? 'never' : relativeTime(connector.expires_at, nowMs),
    connector.last_used_at === null ? 'never' : relativeTime(connector.last_used_at, nowMs),
  ])
  return renderTable(
    ['ID', 'NAME', 'STATUS', 'METHODS', 'TAGS', 'EXPOSURE', 'EXPIRES', 'LAST USED'],
    rows,
    paint,
  )
}

export function connectorCard(connector: ConnectorRecord, nowMs: number, paint: Paint): string[] {
  const { config } = connector
  return renderFields(
    [
      ['name', connector.name],
      ['id', connector.id],
      ['account', connector.account_id],
      ['status', status(connector, nowMs, paint)],
      ['methods', words(config.methods)],
      ['tags', words(config.tags)],
      ['exposure', config.tool_exposure],
      ['API token', config.require_api_token_auth ? 'required' : 'not required'],
      ['catalog', `version ${config.catalog_version ?? 1}`],
      ['results', `up to ${resultCharacters(config).toLocaleString('en')} characters`],
      ['expires', formatTime(connector.expires_at, nowMs)],
      ['last used', lastUse(connector, nowMs)],
      ['created', `${formatTime(connector.created_at, nowMs)} by ${connector.created_by}`],
      ...(connector.revoked_at === null
        ? []
        : [['revoked', formatTime(connector.revoked_at, nowMs)] as [string, string]]),
    ],
    paint,
  )
}

/** The URL, with a warning. `oldUrl` says what happens to the previous URL, if there is one. */
export function urlOnce(connector: ConnectorWithToken, paint: Paint, oldUrl?: string): string[] {
  return [
    '',
    `  ${paint('bold', connector.url)}`,
    '',
    paint(
      'yellow',
      'This URL is shown only once, because only its hash is stored. Treat it like a password.',
    ),
    ...(oldUrl === undefined ? [] : [oldUrl]),
  ]
}

function status(connector: ConnectorRecord, nowMs: number, paint: Paint): string {
  const found = connectorStatus(connector, nowMs)
  return paint(STATUS_COLOR[found], found)
}

function lastUse({ last_used_at, last_used_from }: ConnectorRecord, nowMs: number): string {
  const from = last_used_from === null || last_used_from === undefined ? '' : ` from ${last_used_from}`
  return formatTime(last_used_at, nowMs) + from
}

function words(list: string[]): string {
  return list.length === 0 ? 'all' : list.join(', ')
}

function formatTime(timestamp: string | null, nowMs: number): string {
  return timestamp === null ? 'never' : `${timestamp} (${relativeTime(timestamp, nowMs)})`
}

function clip(text: string, limit: number): string {
  const characters = [...text]
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : text
}
