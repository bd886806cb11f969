/** The embedded table answers this process alone, and survives whatever is sent to it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedTable, startEmbeddedTable } from '../../../bin/server/embedded-table.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-embedded-'))
let table: EmbeddedTable
beforeAll(async () => {
  table = await startEmbeddedTable(path.join(folder, 'table'))
})
afterAll(async () => {
  await table.close()
  rmSync(folder, { recursive: true, force: true })
})

function clientWith(sessionToken: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: 'http://embedded-table.invalid',
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local', sessionToken },
    requestHandler: { httpAgent: table.agent },
    maxAttempts: 1,
  })
}

/** The status of a ListTables request with these headers. */
function status(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        socketPath: table.socketPath,
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'DynamoDB_20120810.ListTables',
          authorization: 'AWS4-HMAC-SHA256 Credential=local/x, SignedHeaders=host, Signature=x',
          'x-amz-date': '20270101T000000Z',
          ...headers,
        },
      },
      response => {
        response.resume()
        resolve(response.statusCode)
      },
    )
    request.on('error', reject)
    request.end('{}')
  })
}

test('accepts the official client with the credential of this start', async () => {
  const { TableNames } = await clientWith(table.sessionToken).send(new ListTablesCommand({}))
  expect(TableNames).toEqual([])
})

test('rejects requests without the credential, with a wrong one, and with an Origin', async () => {
  expect(await status({ 'x-amz-security-token': table.sessionToken })).toBe(200)
  expect(await status({})).toBe(403)
  expect(await status({ 'x-amz-security-token': `${table.sessionToken}x` })).toBe(403)
  const fromPage = { 'x-amz-security-token': table.sessionToken, origin: 'http://localhost:3000' }
  expect(await status(fromPage)).toBe(403)
  await expect(clientWith('wrong').send(new ListTablesCommand({}))).rejects.toThrow()
})

test('keeps working after a request whose body is cut off', async () => {
  const socket = net.connect(table.socketPath)
  const head = [
    'POST / HTTP/1.1',
    'host: embedded-table.invalid',
    'x-amz-target: DynamoDB_20120810.ListTables',
    `x-amz-security-token: ${table.sessionToken}`,
    'content-length: 1000',
    '',
    '{"cut',
  ]
  await new Promise<void>(resolve => socket.write(head.join('\r\n'), () => resolve()))
  const closed = new Promise(resolve => socket.on('close', resolve))
  socket.on('error', () => undefined)
  socket.destroy()
  await closed
  expect(await status({ 'x-amz-security-token': table.sessionToken })).toBe(200)
})

test('listens on a socket that only its user can reach', () => {
  expect(statSync(table.socketPath).isSocket()).toBe(true)
  expect(statSync(path.dirname(table.socketPath)).mode & 0o077).toBe(0)
})
