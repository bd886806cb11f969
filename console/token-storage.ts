/** Stores the administrator token in this tab's session storage, if the user asks for it. Otherwise it stays in memory. */

const STORAGE_KEY = 'gumloop-mcp-console-token'

/** The stored token of this tab, if any. */
export function loadToken(): string | undefined {
  try {
    return sessionStorage.getItem(STORAGE_KEY) ?? undefined
  } catch {
    return undefined // storage is disabled
  }
}

/** Stores the token until the tab is closed, so that a reload does not ask for it again. */
export function storeToken(token: string): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, token)
  } catch {
    // Storage is disabled: the token stays in memory only.
  }
}

/** Removes the stored token. */
export function removeToken(): void {
  try {
    sessionStorage.removeItem(STORAGE_KEY)
  } catch {
    // Storage is disabled: nothing was stored.
  }
}
