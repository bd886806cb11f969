/** The document's title, and the focus on the heading: what tells a screen reader that another part is shown. */
import { useEffect } from 'preact/hooks'

const PRODUCT = 'Gumloop MCP console'

/** Sets the title to this part's while it is shown. */
export function useTitle(part: string): void {
  useEffect(() => {
    document.title = `${part} · ${PRODUCT}`
  }, [part])
}

/** Moves the focus to the heading with this id whenever `key` changes but for the first time. */
export function focusHeading(id: string): void {
  document.getElementById(id)?.focus({ preventScroll: true })
  scrollTo(0, 0)
}
