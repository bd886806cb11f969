/**
 * Serves the web console and its assets. Nothing in them is secret: the page asks for an administrator token and sends
 * it to the admin API of the same origin. It may load from, and connect to, its own origin only.
 */
import type { HttpRequest, HttpResponse } from '../shared/http-message.ts'
import { CONSOLE_ASSETS, CONSOLE_PAGE } from './compiled-console.ts'
import { CONSOLE_SECURITY_HEADERS } from './security-headers.ts'

const NOT_FOUND = '{"error":{"code":"not_found","message":"No such page."}}'

/** True for the paths that `serveConsole` answers. */
export function isConsolePath(path: string): boolean {
  return path === '/console' || path.startsWith('/console/')
}

/** The page, one of its assets, or an error response. Never throws. */
export function serveConsole({ method, path }: Pick<HttpRequest, 'method' | 'path'>): HttpResponse {
  if (method !== 'GET' && method !== 'HEAD') {
    return answer(405, 'application/json', NOT_FOUND, { allow: 'GET', 'cache-control': 'no-store' })
  }
  if (path === '/console') {
    return answer(200, 'text/html; charset=utf-8', CONSOLE_PAGE, { 'cache-control': 'no-cache' })
  }
  // The page's links are relative to `/console`: with a trailing slash they would resolve to other paths.
  if (path === '/console/') {
    return answer(308, 'text/plain; charset=utf-8', '', {
      location: '../console',
      'cache-control': 'no-cache',
    })
  }
  const name = path.slice('/console/'.length)
  const asset = Object.hasOwn(CONSOLE_ASSETS, name) ? CONSOLE_ASSETS[name] : undefined
  if (asset === undefined) return answer(404, 'application/json', NOT_FOUND, { 'cache-control': 'no-store' })
  return answer(200, asset.type, asset.text, { 'cache-control': 'public, max-age=31536000, immutable' })
}

function answer(status: number, type: string, body: string, headers: Record<string, string>): HttpResponse {
  return { status, headers: { ...CONSOLE_SECURITY_HEADERS, 'content-type': type, ...headers }, body }
}
