/** The question before each action on a connector, and the action. */
import { useState } from 'preact/hooks'
import type { ConnectorWithToken } from '../lambda/admin/connector-admin.ts'
import type { Api, Versioned } from './api.ts'
import { ApiFailure } from './api-failure.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { ExpiryField } from './expiry-field.tsx'
import { type ExpiryChoice, toExpiresAt } from './format-time.ts'

export type Action = 'expiry' | 'disable' | 'enable' | 'rotate' | 'revoke'

interface ActionDialogProps {
  api: Api
  at: Versioned
  action: Action
  onChanged(at: Versioned): void
  /** Somebody else changed it meanwhile: what is shown has to be fetched anew. */
  onReload(): void
  onRotated(connector: ConnectorWithToken, afterwards: string): void
  onClose(): void
}

/** How long the old URL may live on after a new one was made: seconds → words. */
const GRACES: Record<string, string> = {
  '0': 'at once',
  '3600': 'in 1 hour',
  '21600': 'in 6 hours',
  '86400': 'in 24 hours',
}

export function ActionDialog({ api, at, action, ...props }: ActionDialogProps) {
  const { record } = at
  const [expiry, setExpiry] = useState<{ choice: ExpiryChoice | 'keep'; date: string }>({
    choice: '2592000',
    date: '',
  })
  const [grace, setGrace] = useState('0')

  /** A change on top of what is shown; a conflict fetches it anew, and says so. */
  async function change(part: { disabled?: boolean; expires_at?: string | null }) {
    try {
      props.onChanged(await api.update(at, part))
      props.onClose()
    } catch (thrown) {
      if (!(thrown instanceof ApiFailure) || thrown.code !== 'conflict') throw thrown
      props.onReload()
      throw new ApiFailure('conflict', 'The connector was changed by someone else in the meantime.', {
        nextStep: 'You see it as it is now. Confirm again if you still want this.',
      })
    }
  }

  if (action === 'expiry') {
    return (
      <ConfirmDialog
        title="When does it expire?"
        confirmLabel="Set expiry"
        onClose={props.onClose}
        onConfirm={async () => {
          const expiresAt =
            expiry.choice === 'keep' ? undefined : toExpiresAt(expiry.choice, expiry.date, Date.now())
          if (expiresAt === undefined) throw new ApiFailure('usage', 'Choose the day and time.')
          await change({ expires_at: expiresAt })
        }}
      >
        <ExpiryField
          value={expiry.choice}
          date={expiry.date}
          canKeep={false}
          onChange={(choice, date) => setExpiry({ choice, date })}
        />
      </ConfirmDialog>
    )
  }
  if (action === 'disable' || action === 'enable') {
    const disabled = action === 'disable'
    return (
      <ConfirmDialog
        title={disabled ? `Disable ${record.name}?` : `Enable ${record.name}?`}
        confirmLabel={disabled ? 'Disable' : 'Enable'}
        onClose={props.onClose}
        onConfirm={() => change({ disabled })}
      >
        <p>
          {disabled
            ? 'Its calls are refused from now on, as if the URL were wrong. You can enable it again.'
            : 'Its URL works again, until it expires.'}
        </p>
      </ConfirmDialog>
    )
  }
  if (action === 'rotate') {
    return (
      <ConfirmDialog
        title={`A new URL for ${record.name}?`}
        confirmLabel="Make a new URL"
        onClose={props.onClose}
        onConfirm={async () => {
          const connector = await api.rotate(record, Number(grace))
          const afterwards =
            grace === '0' ? 'The old URL works no more.' : `The old URL stops working ${GRACES[grace]}.`
          props.onRotated(connector, afterwards)
        }}
      >
        <label class="field">
          <span class="label">The old URL stops working</span>
          <select value={grace} onChange={event => setGrace(event.currentTarget.value)}>
            {Object.entries(GRACES).map(([seconds, words]) => (
              <option key={seconds} value={seconds}>
                {words}
              </option>
            ))}
          </select>
        </label>
      </ConfirmDialog>
    )
  }
  return (
    <ConfirmDialog
      title={`Revoke ${record.name}?`}
      confirmLabel="Revoke for good"
      isDangerous
      onClose={props.onClose}
      onConfirm={async () => {
        await api.revoke(record)
        props.onReload()
        props.onClose()
      }}
    >
      <p>Whoever uses it is refused at once. It cannot be brought back: make a new connector instead.</p>
    </ConfirmDialog>
  )
}
