/** Accepts the tools that an update of the product added, after showing which. */
import { FailureAlert } from './alert.tsx'
import type { Api, Versioned } from './api.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { useLoaded } from './use-loaded.ts'

interface RefreshDialogProps {
  api: Api
  at: Versioned
  onReload(): void
  onClose(): void
}

export function RefreshDialog({ api, at: { record }, onReload, onClose }: RefreshDialogProps) {
  const preview = useLoaded(record.id, () => api.refresh(record, true))
  const added = preview.value?.added_tools
  return (
    <ConfirmDialog
      title={`Add new tools to ${record.name}?`}
      confirmLabel="Add tools"
      onClose={onClose}
      onConfirm={async () => {
        await api.refresh(record, false)
        onReload()
        onClose()
      }}
    >
      {preview.failure !== undefined && <FailureAlert failure={preview.failure} />}
      {added !== undefined && added.length === 0 && <p>No new tool passes its restrictions.</p>}
      {added !== undefined && added.length > 0 && (
        <>
          <p>These tools were added since the connector was made. Its clients do not have them yet.</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard */}
          <ul class="tool-list" aria-label="New tools" tabIndex={0}>
            {added.map(name => (
              <li key={name} class="mono small">
                {name}
              </li>
            ))}
          </ul>
        </>
      )}
    </ConfirmDialog>
  )
}
