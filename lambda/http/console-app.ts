/**
 * The administrator's page and its assets. Nothing in them is secret: the page asks for an administrator token, and
 * sends it to the API beside it. What it may load and whom it may talk to is its own origin, and nothing else.
 */
import type { HttpRequest, HttpResponse } from '../shared/http-message.ts'
import { CONSOLE_ASSETS, CONSOLE_PAGE } from './compiled-console.ts'

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const MCP_SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
const NOT_FOUND = '{"error":{"code":"not_found","message":"There is no such page here."}}'

/** True for the paths that `serveConsole` answers. */
export function isConsolePath(path: string): boolean {
  return path === '/console' || path.startsWith('/console/')
}

/** The page, one of its assets, or what is wrong with the request. Never throws. */
export function serveConsole({ method, path }: Pick<HttpRequest, 'method' | 'path'>): HttpResponse {
  if (method !== 'GET' && method !== 'HEAD') {
    return answer(405, 'application/json', NOT_FOUND, { allow: 'GET', 'cache-control': 'no-store' })
  }
  if (path === '/console') {
    return answer(200, 'text/html; charset=utf-8', CONSOLE_PAGE, { 'cache-control': 'no-cache' })
  }
  // The page's links are relative to `/console`: with a slash at the end they would lead elsewhere.
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
  return { status, headers: { ...MCP_SECURITY_HEADERS, 'content-type': type, ...headers }, body }
}
