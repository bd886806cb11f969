/** Sets the document title and moves the focus to the heading, so that screen readers announce a new view. */
import { useEffect } from 'preact/hooks'

const PRODUCT = 'Gumloop MCP console'

/** Sets the document title for this view. */
export function useTitle(part: string): void {
  useEffect(() => {
    document.title = `${part} · ${PRODUCT}`
  }, [part])
}

/** Moves the focus to the heading with this id, and scrolls to the top. */
export function focusHeading(id: string): void {
  document.getElementById(id)?.focus({ preventScroll: true })
  scrollTo(0, 0)
}
