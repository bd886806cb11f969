/** A tunnel that ends at the local server and writes its name into the Host header reaches no administration. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTarget, type Target } from './target.ts'

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.close())

const statusOf = async (path: string, headers: Record<string, string>): Promise<number> => {
  const authorization = `Bearer ${target.adminToken}`
  const response = await fetch(`${target.origin}${path}`, { headers: { authorization, ...headers } })
  await response.text()
  return response.status
}
const PATHS = ['/console', '/accounts', '/openapi.json', '/integrated-account/local/mcp']

test.each(PATHS)('%s is served to this machine (control)', async path => {
  expect(await statusOf(path, { 'user-agent': 'a browser', 'accept-language': 'en' })).toBe(200)
})

test.each([
  ['the standard', { forwarded: 'for=203.0.113.7' }],
  ['a proxy', { 'x-forwarded-for': '203.0.113.7' }],
  ['a proxy that names the host', { 'x-forwarded-host': 'tunnel.example' }],
  ['a proxy that names the scheme', { 'x-forwarded-proto': 'https' }],
  ['nginx', { 'x-real-ip': '203.0.113.7' }],
  ['a gateway', { via: '1.1 gateway' }],
  ['Cloudflare', { 'cf-connecting-ip': '203.0.113.7' }],
  ['a content delivery network', { 'cdn-loop': 'cloudflare' }],
  ['ngrok', { 'ngrok-trace-id': 'x' }],
  ['Tailscale', { 'tailscale-user-login': 'ada@example.com' }],
  ['Envoy', { 'x-envoy-external-address': '203.0.113.7' }],
])('through %s, administration is not there', async (_, headers) => {
  const statuses = await Promise.all(PATHS.map(path => statusOf(path, headers)))
  expect(statuses).toEqual(PATHS.map(() => 404))
})

test('a connector is (control)', async () => {
  const url = await target.connector()
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'x-forwarded-for': '203.0.113.7',
    },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  })
  expect(response.status).toBe(200)
})
