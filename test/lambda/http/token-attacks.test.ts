/** Misplaced tokens and ambiguous requests, over raw sockets against the local server. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RawAnswer, request, sendRaw } from '../../fuzz/raw-http.ts'
import { type Started, startLocalProgram, temporaryFolder } from '../../support/local-server.ts'
import type { Json } from '../../support/mcp-server.ts'

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const PONG = '{"result":{},"jsonrpc":"2.0","id":1}'
const CONNECTORS = '/integrated-account/sandbox/mcp'
const NEVER_MINTED = `gmcp_${'a'.repeat(16)}_${'b'.repeat(43)}`

const { folder, remove } = temporaryFolder()
let server: Started
let port: number
let token: string
let adminToken: string
beforeAll(async () => {
  server = await startLocalProgram(folder)
  port = Number(new URL(server.origin).port)
  token = (server.connectorUrl ?? '').split('/').at(-1) ?? ''
  adminToken = readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim()
})
afterAll(async () => {
  await server.stop()
  remove()
})

const post = (target: string, headers: Record<string, string> = {}, body = PING) =>
  request('POST', target, body, { host: `localhost:${port}`, ...headers })

async function answer(...chunks: (Buffer | string)[]): Promise<RawAnswer> {
  const [first] = await sendRaw(port, { chunks })
  return first ?? { status: 0, headers: {}, body: '' }
}

async function admin(method: string, at: string, body?: object): Promise<Json> {
  const response = await fetch(`${server.origin}${at}`, {
    method,
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return response.json()
}

/** Response to a request without a token, or with an unknown one. */
async function errorResponses(): Promise<Set<string>> {
  const plain = await Promise.all([answer(post('/mcp')), answer(post(`/mcp/${NEVER_MINTED}`))])
  return new Set(plain.map(({ status, body }) => `${status} ${body}`))
}

describe('a valid token in the wrong place', () => {
  test('gets the response of a request without a token', async () => {
    const strangers = await errorResponses()
    const basic = Buffer.from(`user:${token}`).toString('base64')
    const places = {
      'the query': post(`/mcp?token=${token}`),
      'the query as a header': post(`/mcp?authorization=Bearer%20${token}`),
      'a cookie': post('/mcp', { cookie: `token=${token}; authorization=Bearer ${token}` }),
      'an API key header': post('/mcp', { 'x-api-key': token, 'x-authorization': `Bearer ${token}` }),
      'another scheme': post('/mcp', { authorization: `Basic ${basic}` }),
      'no scheme': post('/mcp', { authorization: token }),
      'two values': post('/mcp', { authorization: `Bearer ${token}, Bearer ${token}` }),
      'the body': post('/mcp', {}, `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"token":"${token}"}}`),
      'behind another one': post(`/mcp/${NEVER_MINTED}`, { authorization: `Bearer ${token}` }),
      'a proxy header': post('/mcp', { 'x-original-url': `/mcp/${token}`, 'x-rewrite-url': `/mcp/${token}` }),
      'the first of two headers': Buffer.from(
        post('/mcp', { authorization: 'Bearer x' })
          .toString('latin1')
          .replace('Bearer x\r\n', `Bearer x\r\nauthorization: Bearer ${token}\r\n`),
        'latin1',
      ),
    }
    for (const [place, sent] of Object.entries(places)) {
      const { status, body } = await answer(sent)
      expect(strangers, `${place}: ${status} ${body}`).toContain(`${status} ${body}`)
    }
    expect((await answer(post(`/mcp/${token}`))).body).toBe(PONG)
    expect((await answer(post('/mcp', { authorization: `Bearer ${token}` }))).body).toBe(PONG)
  })

  test('does not work elsewhere: connector tokens are rejected by administration, administrator tokens by the MCP endpoint', async () => {
    const connect = await admin('POST', '/api-tokens', { name: 'c', scopes: ['connect'] })
    for (const wrong of [token, connect.token, `${adminToken}x`, adminToken.toUpperCase()]) {
      const { status, body } = await answer(
        request('GET', '/accounts', '', { host: `localhost:${port}`, authorization: `Bearer ${wrong}` }),
      )
      expect([status, JSON.parse(body).error.code]).toEqual([401, 'unauthorized'])
    }
    const strangers = await errorResponses()
    for (const sent of [
      post(`/mcp/${adminToken}`),
      post('/mcp', { authorization: `Bearer ${adminToken}` }),
    ]) {
      const { status, body } = await answer(sent)
      expect(strangers).toContain(`${status} ${body}`)
    }
  })
})

describe('an ambiguous path', () => {
  test('is not treated as the one that it resembles', async () => {
    const encoded = `%67${token.slice(1)}`
    const paths = [
      `//mcp/${token}`,
      `/mcp//${token}`,
      `/mcp/./${token}`,
      `/x/../mcp/${token}`,
      `/accounts/../mcp/${token}`,
      `/%6dcp/${token}`,
      `/MCP/${token}`,
      `/mcp/${token}%20`,
      `/mcp/${token}%00`,
      `/mcp/${token}%2f`,
      `/mcp/${token};a=b`,
      `/mcp/${token}\\x`,
      `/mcp\\${token}`,
      `/mcp/mcp/${token}`,
      `/mcp/${token}/${token}`,
      `/mcp/${token.toUpperCase()}`,
    ]
    // A trailing slash and percent-encoding of the token itself change nothing about which token it is.
    for (const same of [`/mcp/${token}/`, `/mcp/${encoded}`])
      expect((await answer(post(same))).status).toBe(200)
    for (const odd of paths) {
      const { status, body } = await answer(post(odd))
      // One of them starts with a path of the admin API, which requires its own token first.
      expect([odd, status]).toEqual([odd, odd.startsWith('/accounts/') ? 401 : 404])
      expect(body).not.toContain(token.slice(-43))
    }
  })

  test('does not reach administration, nor does another Host or a method override', async () => {
    const get = (at: string, headers: Record<string, string> = {}) =>
      answer(request('GET', at, '', { host: `localhost:${port}`, ...headers }))
    for (const odd of [
      '//accounts',
      '/./accounts',
      '/console/../accounts',
      '/Accounts',
      '/accounts%2f',
      '/mcp/../accounts',
    ]) {
      const { status } = await get(odd, { authorization: `Bearer ${adminToken}` })
      expect([odd, status === 404 || status === 405]).toEqual([odd, true])
    }
    const authorization = `Bearer ${adminToken}`
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost']) {
      for (const at of ['/accounts', '/console', '/openapi.json']) {
        expect((await get(at, { host, authorization })).status).toBe(404)
      }
    }
    const overridden = await answer(
      post(`${CONNECTORS}/x`, {
        authorization,
        'x-http-method-override': 'DELETE',
        'x-forwarded-host': 'evil.example',
      }),
    )
    expect(overridden.status).toBe(404)
  })
})

describe('a request with false headers', () => {
  test('is processed up to its declared length, and the rest is not part of it', async () => {
    const shorter = post(`/mcp/${token}`, { 'content-length': '10' })
    expect((await answer(shorter)).status).toBe(400)
    const longer = await sendRaw(port, {
      chunks: [post(`/mcp/${token}`, { 'content-length': '1000' })],
      halfClose: true,
    })
    expect(longer.map(({ status }) => status)).not.toContain(200)
    const both = post(`/mcp/${token}`, { 'transfer-encoding': 'chunked' })
    expect((await answer(both)).status).toBe(400)
    const twice = Buffer.from(
      post(`/mcp/${token}`)
        .toString('latin1')
        .replace('content-length: 40', 'content-length: 40\r\ncontent-length: 4'),
      'latin1',
    )
    expect((await answer(twice)).status).toBe(400)
    const chunked = `POST /mcp/${token} HTTP/1.1\r\nhost: localhost:${port}\r\ntransfer-encoding: chunked\r\n\r\n`
    for (const size of ['zz', '-1', '5;x=\u0000', '1ffffffffffffffffff']) {
      expect((await answer(`${chunked}${size}\r\n${PING}\r\n0\r\n\r\n`)).status).not.toBe(200)
    }
    expect((await answer(post(`/mcp/${token}`))).body).toBe(PONG)
  })

  test('with ambiguous framing is rejected before it is processed', async () => {
    const folded = post('/mcp')
      .toString('latin1')
      .replace('\r\n\r\n', `\r\nauthorization: Bearer\r\n ${token}\r\n\r\n`)
    const bare = post('/mcp')
      .toString('latin1')
      .replace('\r\n\r\n', `\r\nx: y\nauthorization: Bearer ${token}\r\n\r\n`)
    const spaced = post('/mcp')
      .toString('latin1')
      .replace('\r\n\r\n', `\r\nauthorization : Bearer ${token}\r\n\r\n`)
    for (const text of [folded, bare, spaced]) {
      const { status, body } = await answer(Buffer.from(text, 'latin1'))
      expect([400, 401]).toContain(status)
      expect(body).not.toContain(token.slice(-43))
    }
  })
})

describe('a token that is no longer valid', () => {
  test('is rejected as soon as it is rotated, disabled or revoked', async () => {
    const [, forged] = [...(await errorResponses())]
    const made = await admin('POST', CONNECTORS, { name: 'replayed' })
    const ping = async (one: string) => {
      const { status, body } = await answer(post(`/mcp/${one}`))
      return body === PONG ? 'in' : `${status} ${body}`
    }
    expect(await ping(made.token)).toBe('in')
    const renewed = await admin('POST', `${CONNECTORS}/${made.id}/rotate`)
    expect([await ping(made.token), await ping(renewed.token)]).toEqual([forged, 'in'])
    const graced = await admin('POST', `${CONNECTORS}/${made.id}/rotate`, { grace_seconds: 60 })
    expect([await ping(made.token), await ping(renewed.token), await ping(graced.token)]).toEqual([
      forged,
      'in',
      'in',
    ])
    await admin('PATCH', `${CONNECTORS}/${made.id}`, { disabled: true })
    expect([await ping(renewed.token), await ping(graced.token)]).toEqual([forged, forged])
    await admin('PATCH', `${CONNECTORS}/${made.id}`, { disabled: false })
    expect(await ping(graced.token)).toBe('in')
    await admin('DELETE', `${CONNECTORS}/${made.id}`)
    expect([await ping(renewed.token), await ping(graced.token)]).toEqual([forged, forged])
    const other = await admin('POST', CONNECTORS, { name: 'other' })
    const swapped = `gmcp_${other.id}_${token.slice(-43)}`
    expect(await ping(swapped)).toBe(forged)
  })
})

test('no token is in the log', async () => {
  const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_all_gumloop_agents"}}'
  expect((await answer(post(`/mcp/${token}`, {}, call))).status).toBe(200)
  const log = readFileSync(path.join(folder, '.local/server.log'), 'utf8')
  expect(log).not.toContain(token.slice(-43))
  expect(log).not.toContain(adminToken.slice(-43))
  expect(log).not.toMatch(/g(mcp|api)_[a-z0-9]{16}_[\w-]{43}/)
})
