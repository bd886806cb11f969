/** What answers say about this server, and how long clients may cache its lists. */
import { PRODUCT_VERSION } from '../shared/version.ts'
import { ICONS } from './capabilities/icon.ts'

/** In the answers that introduce the server. */
export const SERVER_INFO = {
  name: 'gumloop-mcp',
  title: 'Gumloop',
  version: PRODUCT_VERSION,
  websiteUrl: 'https://www.gumloop.com',
  icons: ICONS,
}
/** What every other answer of 2026-07-28 repeats about the server. */
export const BRIEF_SERVER_INFO = { name: SERVER_INFO.name, version: SERVER_INFO.version }

/** Lists depend on the connector, so only that client may cache them. */
export const LIST_CACHE_HINT = { ttlMs: 300_000, cacheScope: 'private' } as const
