/** Connectors as a person reads them: a table, a card, and the one time the URL is shown. Pure. */
import type { ConnectorWithToken } from '../../lambda/admin/connector-admin.ts'
import {
  type ConnectorRecord,
  type ConnectorStatus,
  connectorStatus,
} from '../../lambda/connectors/connector.ts'
import { relativeTime } from './parse-time.ts'
import { type Colour, type Paint, renderFields, renderTable } from './terminal.ts'

const STATUS_COLOUR: Record<ConnectorStatus, Colour> = {
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
      ['API token', config.require_api_token_auth ? 'asked for besides the URL' : 'not asked for'],
      ['expires', moment(connector.expires_at, nowMs)],
      ['last used', moment(connector.last_used_at, nowMs)],
      ['created', `${moment(connector.created_at, nowMs)} by ${connector.created_by}`],
      ...(connector.revoked_at === null
        ? []
        : [['revoked', moment(connector.revoked_at, nowMs)] as [string, string]]),
    ],
    paint,
  )
}

/** The URL, with what its holder has to know. `afterwards` says what became of the URL before, if there was one. */
export function urlOnce(connector: ConnectorWithToken, paint: Paint, afterwards?: string): string[] {
  return [
    '',
    `  ${paint('bold', connector.url)}`,
    '',
    paint(
      'yellow',
      'This URL is shown this once: only its hash is kept. It is a password, so hand it on like one.',
    ),
    ...(afterwards === undefined ? [] : [afterwards]),
  ]
}

function status(connector: ConnectorRecord, nowMs: number, paint: Paint): string {
  const found = connectorStatus(connector, nowMs)
  return paint(STATUS_COLOUR[found], found)
}

function words(list: string[]): string {
  return list.length === 0 ? 'all' : list.join(', ')
}

function moment(timestamp: string | null, nowMs: number): string {
  return timestamp === null ? 'never' : `${timestamp} (${relativeTime(timestamp, nowMs)})`
}

function clip(text: string, limit: number): string {
  const characters = [...text]
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : text
}
