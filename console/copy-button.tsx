/** Copies a text, and says so. */
import { useEffect, useState } from 'preact/hooks'

const SHOWN_MS = 2_000

export function CopyButton({
  text,
  label,
  isPrimary = false,
}: {
  text: string
  label: string
  isPrimary?: boolean
}) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>()
  useEffect(() => {
    if (outcome === undefined) return
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [outcome])
  return (
    <button
      type="button"
      class={`button ${isPrimary ? 'primary' : ''}`}
      onClick={async () => setOutcome((await copy(text)) ? 'copied' : 'refused')}
    >
      <span aria-live="polite">
        {outcome === undefined ? label : outcome === 'copied' ? 'Copied' : 'Select it and press Ctrl+C'}
      </span>
    </button>
  )
}

/** Browsers give the clipboard to pages over HTTPS and on this machine only. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
