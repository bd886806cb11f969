/** The local server's table is nobody's but its own: no port accepts a write without its credential, or ends the server. */
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTarget, type Target } from './target.ts'

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.close())

/** TCP ports on which the server's process listens, from the kernel's tables. */
function listeningPorts(pid: number): number[] {
  const own = readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    try {
      return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]]
    } catch {
      return [] // closed meanwhile
    }
  })
  const LISTENING = '0A'
  const rows = ['tcp', 'tcp6'].flatMap(table =>
    readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1),
  )
  return rows.flatMap(row => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/)
    const isOwn = state === LISTENING && own.includes(inode)
    return isOwn ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : []
  })
}

/** A request to DynamoDB with a signature that nobody made, from a web page on this machine. */
function forged(port: number, operation: string, input: object): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20270101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=f',
      origin: 'http://localhost:3000',
    },
    body: JSON.stringify(input),
  })
}

/** An item that makes the token an administrator's. */
function adminToken(): { token: string; item: object } {
  const id = 'forgedforgedforg'
  const secret = randomBytes(32).toString('base64url')
  const texts = {
    pk: `API_TOKEN#${id}`,
    sk: 'API_TOKEN',
    id,
    name: 'forged',
    created_by: 'nobody',
    created_at: '2026-01-01T00:00:00Z',
    secret_sha256: createHash('sha256').update(secret).digest('hex'),
  }
  const item = {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }])),
    scopes: { L: [{ S: 'admin' }] },
    expires_at: { NULL: true },
    revoked_at: { NULL: true },
  }
  return { token: `gapi_${id}_${secret}`, item }
}

// The kernel's tables are Linux's; the embedded table's own tests run everywhere.
describe.skipIf(process.platform !== 'linux')('every port of the server', () => {
  test('is its own address', () => {
    expect(listeningPorts(target.pid).map(String)).toEqual([new URL(target.origin).port])
  })

  test('refuses a write to the table', async () => {
    const { token, item } = adminToken()
    for (const port of listeningPorts(target.pid)) {
      const input = { TableName: 'gumloop-mcp-local', Item: item }
      expect((await forged(port, 'PutItem', input)).status).not.toBe(200)
    }
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${target.origin}/accounts`, { headers })).status).toBe(401)
  })

  test('survives a request that is cut off in its body', async () => {
    const request =
      'POST / HTTP/1.1\r\nhost: a\r\nx-amz-target: DynamoDB_20120810.ListTables\r\ncontent-length: 99\r\n\r\n{"cut'
    for (const port of listeningPorts(target.pid)) {
      const socket = net.connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      await new Promise<void>(resolve => socket.write(request, () => resolve()))
      await sleep(200)
      socket.destroy()
      await sleep(200)
    }
    expect((await fetch(`${target.origin}/health`)).status).toBe(200)
  })
})
