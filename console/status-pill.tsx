/** Status of a connector, as text with a color, never as a color alone. */
import {
  type ConnectorRecord,
  type ConnectorStatus,
  connectorStatus,
} from '../lambda/connectors/connector.ts'

const KIND: Record<ConnectorStatus, string> = {
  active: 'good',
  disabled: 'warn',
  expired: 'warn',
  revoked: 'bad',
}

export function StatusPill({ record, nowMs }: { record: ConnectorRecord; nowMs: number }) {
  const status = connectorStatus(record, nowMs)
  return <span class={`pill ${KIND[status]}`}>{status}</span>
}
