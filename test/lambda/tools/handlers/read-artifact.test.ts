import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, type Json, KEY, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
let url: string
let origin: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector()).url
  origin = new URL(server.upstream.baseUrl).origin
})
afterAll(() => server.close())
beforeEach(() => server.upstream.script({ status: 200, json: {} }))

const sent = () => server.upstream.requests
const read = (args: object = {}) => call(url, 'read_gumloop_artifact', { artifact_id: 'a1', ...args })
const SIGNED = 'gumloop-artifacts/a1?X-Goog-Date=20261122T150405Z&X-Goog-Expires=900&X-Goog-Signature=SECRET'
/** Scripts Gumloop's record of the artifact, then the storage's responses. */
const artifact = (record: object, ...storage: Parameters<TestServer['upstream']['script']>) =>
  server.upstream.script(
    { status: 200, json: { download_url: `${origin}/${SIGNED}`, ...record } },
    ...storage,
  )
const file =
  (content: Buffer | string, type = 'application/octet-stream') =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': type }).end(content)
const CSV = { filename: 'audit.csv', media_type: 'text/csv', size: 16 }
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

describe('a text', () => {
  test('is returned as text; its link is opened without the key and not exposed', async () => {
    artifact(CSV, file('id,title\n1,Über\n'))
    const result = await read()
    expect(result.structuredContent).toEqual({
      artifact_id: 'a1',
      filename: 'audit.csv',
      media_type: 'text/csv',
      size: 17,
      text: 'id,title\n1,Über\n',
      offset: 0,
      next_offset: null,
      total_characters: 16,
      next_step: 'This is the end of the text.',
    })
    expect(
      sent().map(({ url: path, headers }) => [path, headers.authorization, headers['x-auth-key']]),
    ).toEqual([
      ['/api/v1/artifacts/a1/download', `Bearer ${KEY}`, 'user-1'],
      [`/${SIGNED}`, undefined, undefined],
    ])
    expect(JSON.stringify(result) + server.log()).not.toContain('SECRET')
  })

  test('a long text is returned in parts that add up to the file', async () => {
    const row = '17,"critical","Übergröße 😀"\n'
    const whole = row.repeat(9000)
    let text = ''
    let parts = 0
    for (let offset: number | null = 0; offset !== null; parts++) {
      artifact({ filename: 'big.csv', media_type: 'text/csv', size: null }, file(whole))
      const result: Json = await read({ version_id: 'v2', offset })
      expect(result.content[0].text.length).toBeLessThanOrEqual(100_000)
      expect(sent()[0]?.url).toBe('/api/v1/artifacts/a1/download?version_id=v2')
      text += result.structuredContent.text
      offset = result.structuredContent.next_offset
    }
    expect([text === whole, parts]).toEqual([true, 7])
  })

  test('rejects an offset after the end, and invalid arguments', async () => {
    artifact(CSV, file('abc'))
    const behind = await read({ offset: 3 })
    expect(behind.structuredContent.error.errors).toEqual([
      { path: 'offset', message: 'must be less than 3, the length of the text' },
    ])
    server.upstream.script({ status: 200, json: {} })
    const wrong = await call(url, 'read_gumloop_artifact', {
      offset: -1,
      download_url: 'https://example.com/',
    })
    expect(wrong.structuredContent.error.errors.map((error: Json) => error.path)).toEqual([
      'artifact_id',
      'offset',
    ])
    expect(sent()).toEqual([])
  })

  test('detects the type by the bytes; returns HTML unchanged', async () => {
    artifact({ filename: 'notes', media_type: 'application/octet-stream', size: 5 }, file('plain'))
    expect((await read()).structuredContent).toMatchObject({ text: 'plain', media_type: 'text/plain' })
    artifact({ filename: null, media_type: null, size: null }, file('<p>Hi</p>', 'text/html'))
    expect((await read()).structuredContent).toMatchObject({ text: '<p>Hi</p>', media_type: 'text/html' })
  })
})

describe('other files', () => {
  test('an image is returned as an image', async () => {
    artifact({ filename: 'chart.png', media_type: 'image/png', size: 16 }, file(PNG))
    const { content, structuredContent } = await read()
    expect(content[1]).toEqual({ type: 'image', mimeType: 'image/png', data: PNG.toString('base64') })
    expect(structuredContent).toMatchObject({ text: null, next_offset: null, media_type: 'image/png' })
  })

  const linkOnly = (name: string, mimeType: string, size: number | null) => [
    expect.objectContaining({ type: 'text' }),
    { type: 'resource_link', uri: `${origin}/${SIGNED}`, name, mimeType, ...(size !== null && { size }) },
  ]

  test('a PDF is not fetched: returns name, type, size, the link and its expiry', async () => {
    artifact({ filename: 'report.pdf', media_type: 'application/pdf', size: 12345 })
    const { content, structuredContent } = await read()
    expect(structuredContent).toEqual({
      artifact_id: 'a1',
      filename: 'report.pdf',
      media_type: 'application/pdf',
      size: 12345,
      text: null,
      offset: null,
      next_offset: null,
      total_characters: null,
      download_url: `${origin}/${SIGNED}`,
      url_expires_at: '2026-11-22T15:19:05Z',
      next_step: expect.stringContaining('neither text nor an image'),
    })
    expect(content).toEqual(linkOnly('report.pdf', 'application/pdf', 12345))
    expect(sent().length).toBe(1)
  })

  test('bytes that are neither text nor image', async () => {
    artifact({ filename: 'data', media_type: null, size: null }, file(Buffer.from('deadbeef00', 'hex')))
    expect((await read()).content).toEqual(linkOnly('data', 'application/octet-stream', 5))
  })

  test.each([
    ['said by Gumloop', { filename: 'big.csv', media_type: 'text/csv', size: 21 << 20 }, 1, '20 MB'],
    ['an image, said by Gumloop', { filename: 'a.png', media_type: 'image/png', size: 3_200_000 }, 1, '3 MB'],
    ['found on the way', { filename: 'big.csv', media_type: 'text/csv', size: 10 }, 2, '20 MB'],
  ])('too large, %s: returns the link', async (_, record, requests, limit) => {
    artifact(record, file(Buffer.alloc((20 << 20) + 1, 'x')))
    const { isError, structuredContent } = await read()
    expect(isError).toBeUndefined()
    expect(structuredContent).toMatchObject({ text: null, next_step: expect.stringContaining(limit) })
    expect(sent().length).toBe(requests)
  })
})

describe('the link', () => {
  test('is requested again once when it is rejected', async () => {
    const record = { status: 200, json: { download_url: `${origin}/${SIGNED}`, ...CSV } }
    server.upstream.script(record, { status: 403, text: '<Error>ExpiredToken</Error>' }, record, file('abc'))
    expect((await read()).structuredContent.text).toBe('abc')
    server.upstream.script(record, { status: 400, text: 'x' }, record, { status: 400, text: 'x' })
    const { isError, structuredContent } = await read()
    expect([isError, structuredContent.error.message]).toEqual([
      true,
      'The link answered 400 instead of the file.',
    ])
    expect(sent().length).toBe(4)
  })

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1:1/x?sig=SECRET',
    'https://localhost/x?sig=SECRET',
    'https://user:SECRET@example.com/',
    'file:///etc/passwd',
    'nonsense',
  ])('%s in Gumloop’s response is neither opened nor echoed', async download_url => {
    server.upstream.script({ status: 200, json: { ...CSV, download_url } })
    const result = await read()
    expect(result.structuredContent.error).toMatchObject({
      code: 'upstream_invalid',
      message: expect.stringContaining('The link is not allowed'),
    })
    expect(JSON.stringify(result)).not.toContain(download_url)
    expect(sent().length).toBe(1)
  })

  test('does not follow a redirect into the private network', async () => {
    artifact(CSV, { status: 302, text: '', headers: { location: 'http://10.0.0.1/' } })
    const { structuredContent } = await read()
    expect(structuredContent.error.message).toContain('redirects to a URL that is not allowed')
    expect(sent().length).toBe(2)
  })

  test('is missing, or the artifact does not exist', async () => {
    server.upstream.script({ status: 200, json: { filename: 'a.csv' } })
    expect((await read()).structuredContent.error.code).toBe('upstream_invalid')
    server.upstream.script({ status: 404, json: { error: { code: 'artifact_not_found', message: 'gone' } } })
    expect((await read()).structuredContent.error.code).toBe('not_found')
  })
})

test('the tool follows the filter by method and tags', async () => {
  const allowed = await server.connector({ methods: ['read'], tags: ['artifacts'] })
  const denied = await server.connector({ methods: ['write'] })
  artifact(CSV, file('abc'))
  const args = { artifact_id: 'a1' }
  expect((await call(allowed.url, 'read_gumloop_artifact', args)).structuredContent.text).toBe('abc')
  expect((await call(denied.url, 'read_gumloop_artifact', args)).error.code).toBe(-32602)
})
