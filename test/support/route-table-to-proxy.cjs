/**
 * Preloaded into a local server under test (`node --require`): its requests to its embedded table go to the proxy at the
 * socket in TABLE_PROXY_SOCKET, with the table's own address in a header.
 */
const http = require('node:http')
const { syncBuiltinESMExports } = require('node:module')
const path = require('node:path')

const { request } = http
const agent = new http.Agent({ keepAlive: true })
/** The host of requests to the table's own Unix socket. */
const SOCKET_HOST = 'embedded-table.invalid'

http.request = function (...args) {
  const options = args.find(arg => typeof arg === 'object' && !(arg instanceof URL)) ?? {}
  const target = headerOf(options.headers, 'x-amz-target')
  if (!String(target).startsWith('DynamoDB_')) return request.apply(this, args)
  const named = args.find(arg => arg instanceof URL || typeof arg === 'string')
  const url = named === undefined ? options : new URL(named)
  const isSocket = (url.hostname ?? url.host) === SOCKET_HOST
  const address = isSocket ? path.resolve('.local/table.sock') : `:${url.port}`
  const { method, headers } = options
  const onward = {
    method,
    path: options.path ?? url.pathname,
    headers: { ...headers, host: 'table', 'x-table-address': address },
    socketPath: process.env.TABLE_PROXY_SOCKET,
    agent,
  }
  return request(onward, ...args.filter(arg => typeof arg === 'function'))
}
syncBuiltinESMExports()

function headerOf(headers = {}, name) {
  const found = Object.keys(headers).find(one => one.toLowerCase() === name)
  return found === undefined ? undefined : headers[found]
}
