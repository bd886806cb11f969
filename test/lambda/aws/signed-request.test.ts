import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openConnection, signedRequest } from '../../../lambda/aws/signed-request.ts'
import { pointAwsAt } from '../../support/aws-environment.ts'

let server: Server
let seen: { headers: IncomingMessage['headers']; method: string | undefined }[]
/** One response per request, in order; the last one repeats. */
let answers: ((response: ServerResponse) => void)[]

const json = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status).end(JSON.stringify(body))
const hangUp = (response: ServerResponse) => void response.socket?.destroy()
const silence = () => undefined
const ask = (timeoutMs?: number) =>
  signedRequest({
    service: 'dynamodb',
    operation: 'GetItem',
    input: { TableName: 't' },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })

beforeEach(async () => {
  seen = []
  answers = []
  server = createServer((request, response) => {
    seen.push({ headers: request.headers, method: request.method })
    request.resume().on('end', () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      answer?.(response)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  pointAwsAt({ AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

describe('signedRequest', () => {
  test('signs with the current credentials, including the session token', async () => {
    answers = [json(200, {})]
    await ask()
    process.env.AWS_ACCESS_KEY_ID = 'AKIARENEWED'
    process.env.AWS_SESSION_TOKEN = 'session'
    await ask()
    expect(seen.map(({ headers }) => /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1])).toEqual([
      'AKIATESTTESTTESTTEST',
      'AKIARENEWED',
    ])
    expect(seen[1]?.headers).toMatchObject({
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'x-amz-security-token': 'session',
    })
  })

  test('returns an exception of the service with its bare name', async () => {
    answers = [
      json(400, { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'x' }),
    ]
    expect(await ask()).toMatchObject({ ok: false, errorName: 'ResourceNotFoundException' })
    expect(seen).toHaveLength(1)
  })

  test.each([
    ['a socket that dies', hangUp],
    ['a temporary error', json(500, { __type: 'InternalServerError' })],
    ['throttling', json(400, { __type: 'ThrottlingException' })],
    ['a page of HTML', (response: ServerResponse) => void response.writeHead(502).end('<html>')],
  ])('retries once after %s', async (_what, error) => {
    answers = [error, json(200, { Item: {} })]
    expect(await ask()).toEqual({ ok: true, body: { Item: {} } })
    expect(seen).toHaveLength(2)
  })

  test('gives up after the retry, with an error that names no host', async () => {
    answers = [hangUp]
    await expect(ask()).rejects.toMatchObject({
      code: 'internal',
      message: 'The table could not be reached. Try again.',
    })
    expect(seen).toHaveLength(2)
  })

  test('times out after the given time', async () => {
    answers = [silence]
    const startedMs = performance.now()
    await expect(ask(60)).rejects.toMatchObject({ code: 'internal' })
    expect(performance.now() - startedMs).toBeLessThan(1_000)
  })

  test('reports missing credentials, and sends nothing', async () => {
    delete process.env.AWS_SECRET_ACCESS_KEY
    await expect(ask()).rejects.toThrow('No AWS credentials in the environment.')
    expect(seen).toEqual([])
  })
})

describe('openConnection', () => {
  test('connects without a signature, and ignores an unreachable service', async () => {
    answers = [json(200, {})]
    await openConnection('dynamodb')
    expect(seen.map(({ method, headers }) => [method, headers.authorization])).toEqual([['GET', undefined]])
    process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:1'
    await expect(openConnection('dynamodb')).resolves.toBeUndefined()
  })
})
