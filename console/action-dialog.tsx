/** The confirmation dialog of each action on a connector, and the action itself. */
import { useState } from 'preact/hooks'
import type { ConnectorWithToken } from '../lambda/admin/connector-admin.ts'
import type { Api, Versioned } from './api.ts'
import { ApiFailure } from './api-failure.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { ExpiryField } from './expiry-field.tsx'
import { type ExpiryChoice, toExpiresAt } from './format-time.ts'
import { RefreshDialog } from './refresh-dialog.tsx'

export type Action = 'expiry' | 'disable' | 'enable' | 'refresh' | 'rotate' | 'revoke'

interface ActionDialogProps {
  api: Api
  at: Versioned
  action: Action
  onChanged(at: Versioned): void
  /** Someone else changed the connector: it has to be loaded again. */
  onReload(): void
  onRotated(connector: ConnectorWithToken, oldUrl: string): void
  onClose(): void
}

/** Grace periods of the old URL: seconds → label. */
const GRACE_PERIODS: Record<string, string> = {
  '0': 'immediately',
  '3600': 'in 1 hour',
  '21600': 'in 6 hours',
  '86400': 'in 24 hours',
}

export function ActionDialog(props: ActionDialogProps) {
  switch (props.action) {
    case 'expiry':
      return <ExpiryDialog {...props} />
    case 'disable':
    case 'enable':
      return <AvailabilityDialog {...props} />
    case 'refresh':
      return <RefreshDialog {...props} />
    case 'rotate':
      return <RotationDialog {...props} />
    case 'revoke':
      return <RevocationDialog {...props} />
  }
}

/** Changes the version that is shown. A conflict loads the connector again and says so. */
async function change(
  { api, at, onChanged, onClose, onReload }: ActionDialogProps,
  part: { disabled?: boolean; expires_at?: string | null },
): Promise<void> {
  try {
    onChanged(await api.update(at, part))
    onClose()
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.code !== 'conflict') throw error
    onReload()
    throw new ApiFailure('conflict', 'The connector was changed by someone else in the meantime.', {
      nextStep:
        'The page now shows the current version. Confirm again if you still want to make this change.',
    })
  }
}

function ExpiryDialog(props: ActionDialogProps) {
  const [expiry, setExpiry] = useState<{ choice: ExpiryChoice | 'unchanged'; date: string }>({
    choice: '2592000',
    date: '',
  })
  return (
    <ConfirmDialog
      title="Change expiry"
      confirmLabel="Set expiry"
      onClose={props.onClose}
      onConfirm={async () => {
        const expiresAt =
          expiry.choice === 'unchanged' ? undefined : toExpiresAt(expiry.choice, expiry.date, Date.now())
        if (expiresAt === undefined) throw new ApiFailure('usage', 'Choose a date and time.')
        await change(props, { expires_at: expiresAt })
      }}
    >
      <ExpiryField
        value={expiry.choice}
        date={expiry.date}
        canStayUnchanged={false}
        onChange={(choice, date) => setExpiry({ choice, date })}
      />
    </ConfirmDialog>
  )
}

function AvailabilityDialog(props: ActionDialogProps) {
  const { name } = props.at.record
  const disabled = props.action === 'disable'
  return (
    <ConfirmDialog
      title={disabled ? `Disable ${name}?` : `Enable ${name}?`}
      confirmLabel={disabled ? 'Disable' : 'Enable'}
      onClose={props.onClose}
      onConfirm={() => change(props, { disabled })}
    >
      <p>
        {disabled
          ? 'Calls to it will be rejected as if the URL were wrong. You can enable it again.'
          : 'Its URL will work again until it expires.'}
      </p>
    </ConfirmDialog>
  )
}

function RotationDialog({ api, at: { record }, onClose, onRotated }: ActionDialogProps) {
  const [grace, setGrace] = useState('0')
  return (
    <ConfirmDialog
      title={`Create a new URL for ${record.name}?`}
      confirmLabel="Create new URL"
      onClose={onClose}
      onConfirm={async () => {
        const connector = await api.rotate(record, Number(grace))
        const oldUrl =
          grace === '0'
            ? 'The old URL no longer works.'
            : `The old URL stops working ${GRACE_PERIODS[grace]}.`
        onRotated(connector, oldUrl)
      }}
    >
      <label class="field">
        <span class="label">The old URL stops working</span>
        <select value={grace} onChange={event => setGrace(event.currentTarget.value)}>
          {Object.entries(GRACE_PERIODS).map(([seconds, words]) => (
            <option key={seconds} value={seconds}>
              {words}
            </option>
          ))}
        </select>
      </label>
    </ConfirmDialog>
  )
}

function RevocationDialog({ api, at: { record }, onClose, onReload }: ActionDialogProps) {
  return (
    <ConfirmDialog
      title={`Revoke ${record.name}?`}
      confirmLabel="Revoke permanently"
      isDangerous
      onClose={onClose}
      onConfirm={async () => {
        await api.revoke(record)
        onReload()
        onClose()
      }}
    >
      <p>Its URL stops working immediately. This cannot be undone.</p>
    </ConfirmDialog>
  )
}
