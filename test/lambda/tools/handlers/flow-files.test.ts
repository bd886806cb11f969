import type { IncomingMessage, ServerResponse } from 'node:http'
import { toZip } from 'gumloop-sandbox/zip'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, type Json, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector({ tool_exposure: 'all' })).url
})
afterAll(() => server.close())
beforeEach(() => server.upstream.script({ status: 200, json: {} }))

const sent = () => server.upstream.requests
const file =
  (content: Buffer | string, type?: string, status = 200) =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(content)
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

describe('download_a_gumloop_flow_file', () => {
  const download = (args: object = {}) =>
    call(url, 'download_a_gumloop_flow_file', {
      file_name: 'leads.csv',
      run_id: 'r1',
      saved_item_id: 'f1',
      ...args,
    })

  test('returns text as text, whatever type Gumloop declares; sends only Gumloop’s fields', async () => {
    server.upstream.script(file('a,b\n', 'application/octet-stream'))
    const { structuredContent } = await download({ offset: 0 })
    expect(structuredContent).toEqual({
      file_name: 'leads.csv',
      media_type: 'text/csv',
      size: 4,
      text: 'a,b\n',
      offset: 0,
      next_offset: null,
      total_characters: 4,
      next_step: 'This is the end of the text.',
    })
    expect(JSON.parse(sent()[0]?.body ?? '')).toEqual({
      file_name: 'leads.csv',
      run_id: 'r1',
      saved_item_id: 'f1',
      user_id: 'user-1',
    })
    expect(sent()[0]?.headers.accept).toBe('*/*')
  })

  test('a long text states where to continue', async () => {
    server.upstream.script(file('0123456789\n'.repeat(12_000)))
    const first: Json = await download()
    let { text, next_offset, next_step } = first.structuredContent
    for (let parts = 1; next_offset !== null && parts < 10; parts++) {
      expect(next_step).toContain(`offset ${next_offset}`)
      const part = (await download({ offset: next_offset })).structuredContent
      text += part.text
      ;({ next_offset, next_step } = part)
    }
    expect([text === '0123456789\n'.repeat(12_000), next_offset]).toEqual([true, null])
  })

  test('returns an image as an image', async () => {
    server.upstream.script(file(PNG))
    const { content, structuredContent } = await download({ file_name: 'chart.png' })
    expect(content[1]).toEqual({ type: 'image', data: PNG.toString('base64'), mimeType: 'image/png' })
    expect(structuredContent).toMatchObject({ media_type: 'image/png', text: null })
  })

  test('describes anything else; returns its bytes on request', async () => {
    server.upstream.script(file('%PDF-1.7 …', 'application/pdf'))
    const described = await download({ file_name: 'a b.pdf' })
    expect(described.content.length).toBe(1)
    expect(described.structuredContent).toMatchObject({
      media_type: 'application/pdf',
      text: null,
      next_step: expect.stringContaining('include_bytes'),
    })
    const { content } = await download({ file_name: 'a b.pdf', include_bytes: true })
    expect(content[1]).toEqual({
      type: 'resource',
      resource: {
        uri: 'gumloop://flow-runs/r1/files/a%20b.pdf',
        mimeType: 'application/pdf',
        blob: Buffer.from('%PDF-1.7 …').toString('base64'),
      },
    })
  })

  test('does not return bytes over 1 MB, and says so', async () => {
    server.upstream.script(file(Buffer.alloc((1 << 20) + 1), 'application/zip'))
    const { content, structuredContent } = await download({ file_name: 'a.zip', include_bytes: true })
    expect(content.length).toBe(1)
    expect(structuredContent).toMatchObject({ size: 1_048_577, next_step: expect.stringContaining('1 MB') })
  })

  test('reports an error that had no effect; retries a temporary one', async () => {
    server.upstream.script({ status: 403, text: 'no such file' })
    const { structuredContent } = await download()
    expect(structuredContent.error).toMatchObject({ code: 'forbidden', upstream_status: 403 })
    expect(structuredContent.error).not.toHaveProperty('may_have_taken_effect')
    server.upstream.script({ status: 502, text: '' }, file('ok', 'text/plain'))
    expect((await download()).structuredContent.text).toBe('ok')
  })
})

describe('download_many_gumloop_flow_files', () => {
  const download = (args: object = {}) =>
    call(url, 'download_many_gumloop_flow_files', { file_names: ['a.csv', 'b.png'], run_id: 'r1', ...args })

  test('returns texts as text, images as images, and name and size of the rest', async () => {
    const archive = toZip([
      { name: 'a.csv', bytes: Buffer.from('x,y\n1,2\n') },
      { name: 'b.png', bytes: PNG },
      { name: 'c.pdf', bytes: Buffer.from('%PDF-1.7') },
    ])
    server.upstream.script(file(archive, 'application/zip'))
    const { content, structuredContent } = await download()
    expect(structuredContent).toEqual({
      files: [
        { file_name: 'a.csv', media_type: 'text/csv', size: 8, text: 'x,y\n1,2\n', next_offset: null },
        { file_name: 'b.png', media_type: 'image/png', size: 16, text: null, next_offset: null },
        { file_name: 'c.pdf', media_type: 'application/pdf', size: 8, text: null, next_offset: null },
      ],
      file_count: 3,
      size: archive.length,
      next_step: expect.stringMatching(/^Texts and images are shown; for other files only name and size\.$/),
    })
    expect(content.slice(1)).toEqual([{ type: 'image', data: PNG.toString('base64'), mimeType: 'image/png' }])
  })

  test('many long texts share the size of one result', async () => {
    const bytes = Buffer.from('"quoted"\n'.repeat(10_000))
    const entries = Array.from({ length: 60 }, (_, n) => ({
      name: `${n}.txt`,
      bytes: n < 3 ? Buffer.from('s') : bytes,
    }))
    server.upstream.script(file(toZip(entries), 'application/zip'))
    const { content, structuredContent } = await download()
    expect(content[0].text.length).toBeLessThanOrEqual(48_000)
    expect(structuredContent).not.toHaveProperty('truncated')
    expect(structuredContent.files.length).toBe(50)
    expect(structuredContent.next_step).toMatch(/are cut.*Only 50 of 60/)
    expect(structuredContent.files[49].text.length).toBeGreaterThan(120)
  })

  test('returns the archive itself on request; reports an invalid archive', async () => {
    const archive = toZip([{ name: 'a.csv', bytes: Buffer.from('x') }])
    server.upstream.script(file(archive, 'application/zip'))
    const { content } = await download({ include_bytes: true })
    expect(content[1].resource).toEqual({
      uri: 'gumloop://flow-runs/r1/files/files.zip',
      mimeType: 'application/zip',
      blob: archive.toString('base64'),
    })
    server.upstream.script(file('oops', 'application/zip'))
    expect((await download()).structuredContent).toMatchObject({
      files: [],
      next_step: expect.stringContaining('one by one'),
    })
  })
})

describe('get_single_gumloop_data_export_by_id', () => {
  const get = (args: object = {}) =>
    call(url, 'get_single_gumloop_data_export_by_id', { data_export_id: 'e1', ...args })

  test('returns Gumloop’s record, also when the CSV is requested too early', async () => {
    const record = { data_export_id: 'e1', state: 'IN_PROGRESS', created_ts: 'x', finished_ts: null }
    server.upstream.script({ status: 200, json: record })
    expect((await get()).structuredContent).toEqual(record)
    expect((await get({ download: true })).structuredContent).toEqual(record)
    expect(sent().map(({ url: path }) => path)).toEqual([
      '/api/v1/export_status?user_id=user-1&data_export_id=e1',
      '/api/v1/export_status?user_id=user-1&data_export_id=e1&download=true',
    ])
  })

  test('returns the CSV as text in parts', async () => {
    const csv = 'run_id,credit_cost\nr1,2\n'
    server.upstream.script(file(csv, 'text/csv; charset=utf-8'))
    expect((await get({ download: true })).structuredContent).toMatchObject({
      data_export_id: 'e1',
      state: 'COMPLETED',
      text: csv,
      next_offset: null,
    })
    expect((await get({ download: true, offset: 19 })).structuredContent.text).toBe('r1,2\n')
  })

  test('does not parse a CSV that is valid JSON; rejects a state that is not JSON', async () => {
    server.upstream.script(file('{"a":1}', 'text/csv'))
    expect((await get({ download: true })).structuredContent.text).toBe('{"a":1}')
    server.upstream.script(file('oops', 'text/html'))
    expect((await get()).structuredContent.error.code).toBe('upstream_invalid')
  })
})
