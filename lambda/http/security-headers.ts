/** What every answer of the MCP endpoint carries: URLs hold tokens, so nothing may be kept, sniffed or told to the next page. */
export const MCP_SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}
