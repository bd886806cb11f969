/** The administrator's token while somebody is signed in: in memory, and in this tab's storage only if they ask for it. */

const STORAGE_KEY = 'gumloop-mcp-console-token'

/** The token that was kept for this tab, if any. */
export function restoreToken(): string | undefined {
  try {
    return sessionStorage.getItem(STORAGE_KEY) ?? undefined
  } catch {
    return undefined // storage is switched off
  }
}

/** Keeps the token until the tab is closed, so that a reload does not ask for it again. */
export function keepToken(token: string): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, token)
  } catch {
    // Storage is switched off: then it is memory alone.
  }
}

/** Forgets what was kept. */
export function forgetToken(): void {
  try {
    sessionStorage.removeItem(STORAGE_KEY)
  } catch {
    // There was nothing to forget.
  }
}
