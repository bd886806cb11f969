/** An API token that was created with another one neither outlives it nor survives its revocation. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.close())

async function asHolder(token: string, method: string, path: string, body?: Json) {
  const response = await fetch(`${target.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const answer: Json = await response.json()
  return { status: response.status, body: answer }
}

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

test('a token cannot create one that expires later, or never', async () => {
  const { body: parent } = await target.admin('POST', '/api-tokens', {
    name: 'short',
    scopes: ['admin'],
    expires_at: inHours(1),
  })
  for (const expires_at of [inHours(2), null]) {
    const input = { name: 'long', scopes: ['admin'], expires_at }
    expect((await asHolder(parent.token, 'POST', '/api-tokens', input)).status).toBe(400)
  }
  const { body: child } = await asHolder(parent.token, 'POST', '/api-tokens', {
    name: 'c',
    scopes: ['admin'],
  })
  expect(child.expires_at).toBe(parent.expires_at)
})

test('revoking a token ends those that descend from it', async () => {
  const input = { name: 'admin', scopes: ['admin'] }
  const { body: parent } = await target.admin('POST', '/api-tokens', input)
  const { body: child } = await asHolder(parent.token, 'POST', '/api-tokens', input)
  const { body: grandchild } = await asHolder(child.token, 'POST', '/api-tokens', input)
  expect((await asHolder(grandchild.token, 'GET', '/accounts')).status).toBe(200)
  await target.admin('DELETE', `/api-tokens/${parent.id}`)
  expect((await asHolder(child.token, 'GET', '/accounts')).status).toBe(401)
  expect((await asHolder(grandchild.token, 'GET', '/accounts')).status).toBe(401)
})
