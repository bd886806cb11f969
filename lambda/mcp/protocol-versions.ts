/** The MCP versions that this server speaks. */

/** Requests without a handshake, each with its own envelope; the only version with tasks. */
export const MODERN_VERSION = '2026-07-28'
/** The newest version with `initialize`. */
export const LEGACY_VERSION = '2025-11-25'
/** The version of a message that names none, according to the protocol. */
export const UNNAMED_VERSION = '2025-03-26'
/** For clients that know nothing newer; its separate event stream is not served, only its messages. */
const OLDEST_VERSION = '2024-11-05'

/** Newest first: a client that asks for an unknown version gets the first that fits. */
export const PROTOCOL_VERSIONS = [
  MODERN_VERSION,
  LEGACY_VERSION,
  '2025-06-18',
  UNNAMED_VERSION,
  OLDEST_VERSION,
]
