/** A confirmation dialog. The browser's own element: it traps the focus, and Escape closes it. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { FailureAlert } from './alert.tsx'
import { type ApiFailure, toFailure } from './api-failure.ts'

interface ConfirmDialogProps {
  title: string
  confirmLabel: string
  isDangerous?: boolean
  children: ComponentChildren
  /** Runs the action; an error is shown in the dialog. */
  onConfirm(): Promise<void>
  onClose(): void
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [failure, setFailure] = useState<ApiFailure>()
  const [isBusy, setIsBusy] = useState(false)
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
  }, [])

  async function submit(event: Event) {
    event.preventDefault()
    setIsBusy(true)
    setFailure(undefined)
    try {
      await props.onConfirm()
    } catch (error) {
      setFailure(toFailure(error))
      setIsBusy(false)
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={props.onClose}>
      <form class="stack" onSubmit={submit}>
        <h2 id="dialog-title">{props.title}</h2>
        {props.children}
        {failure !== undefined && <FailureAlert failure={failure} />}
        <div class="actions">
          <button
            type="submit"
            class={`button ${props.isDangerous === true ? 'danger' : 'primary'}`}
            disabled={isBusy}
          >
            {isBusy ? 'Working…' : props.confirmLabel}
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  )
}
