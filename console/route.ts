/** Which view is shown. The route is in the URL's fragment, which is never sent to a server. Pure. */

export type Route =
  | { page: 'connectors'; account?: string }
  | { page: 'new'; account: string }
  | { page: 'connector'; account: string; id: string }
  | { page: 'edit'; account: string; id: string }

/** The route of a fragment (`#/acme/k3v9…`); an unknown one is the list. */
export function parseRoute(fragment: string): Route {
  const [account, second, third] = fragment
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode)
  if (!account) return { page: 'connectors' }
  if (!second) return { page: 'connectors', account }
  if (second === 'new') return { page: 'new', account }
  return { page: third === 'edit' ? 'edit' : 'connector', account, id: second }
}

/** The fragment for the route. */
export function toFragment(route: Route): string {
  if (route.page === 'connectors') return route.account === undefined ? '#/' : `#/${encode(route.account)}`
  const start = `#/${encode(route.account)}`
  if (route.page === 'new') return `${start}/new`
  return `${start}/${encode(route.id)}${route.page === 'edit' ? '/edit' : ''}`
}

const encode = encodeURIComponent

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
