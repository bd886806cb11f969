/** Copies a text and confirms it. */
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
  const [outcome, setOutcome] = useState<'copied' | 'failed'>()
  useEffect(() => {
    if (outcome === undefined) return
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [outcome])
  return (
    <button
      type="button"
      class={`button ${isPrimary ? 'primary' : ''}`}
      onClick={async () => setOutcome((await copy(text)) ? 'copied' : 'failed')}
    >
      <span aria-live="polite">
        {outcome === undefined ? label : outcome === 'copied' ? 'Copied' : 'Select the text and press Ctrl+C'}
      </span>
    </button>
  )
}

/** Browsers allow clipboard access only over HTTPS and on localhost. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
