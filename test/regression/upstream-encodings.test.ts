/** Answers and files of Gumloop's in other encodings than expected. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, type Json } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector({ tool_exposure: 'all' })
})
afterAll(() => target.close())

const answer = (body: Buffer, headers: Record<string, string>) =>
  target.upstream.script((_, response) => {
    response.writeHead(200, headers)
    response.end(body)
  })
const JSON_TYPE = { 'content-type': 'application/json' }
const AGENT = Buffer.from('{"agent":{"name":"Zoë"}}')

describe('JSON', () => {
  test.each<[string, Buffer, Record<string, string>]>([
    ['with a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), AGENT]), JSON_TYPE],
    ['in UTF-16', Buffer.from(`\ufeff${AGENT.toString()}`, 'utf16le'), JSON_TYPE],
    ['with gzip', gzipSync(AGENT), { ...JSON_TYPE, 'content-encoding': 'gzip' }],
    ['with deflate', deflateSync(AGENT), { ...JSON_TYPE, 'content-encoding': 'deflate' }],
    ['with raw deflate', deflateRawSync(AGENT), { ...JSON_TYPE, 'content-encoding': 'deflate' }],
    [
      'in a declared charset',
      Buffer.from(AGENT.toString(), 'latin1'),
      { 'content-type': 'application/json; charset=iso-8859-1' },
    ],
    ['as it should be (control)', AGENT, JSON_TYPE],
  ])('%s is read', async (_, body, headers) => {
    answer(body, headers)
    const result = await call(url, 'get_single_gumloop_agent_by_id', { agent_id: 'a' })
    expect(result.structuredContent).toEqual({ agent: { name: 'Zoë' } })
  })

  test('that would unpack to more than is accepted is refused (control)', async () => {
    answer(gzipSync(Buffer.alloc(40 * 1024 * 1024, 32)), { ...JSON_TYPE, 'content-encoding': 'gzip' })
    const result = await call(url, 'get_single_gumloop_agent_by_id', { agent_id: 'a' })
    expect(result.structuredContent.error.code).toBe('upstream_invalid')
  })
})

const file = async (body: Buffer, type: string, name = 'a.csv', more: Json = {}): Promise<Json> => {
  answer(body, { 'content-type': type })
  return call(url, 'download_a_gumloop_flow_file', {
    file_name: name,
    run_id: 'r',
    saved_item_id: 'f',
    ...more,
  })
}

describe('a file', () => {
  const utf32 = (text: string) => {
    const points = [0xfeff, ...[...text].map(character => character.codePointAt(0) ?? 0)]
    const bytes = Buffer.alloc(points.length * 4)
    for (const [at, point] of points.entries()) bytes.writeUInt32LE(point, at * 4)
    return bytes
  }
  test.each<[string, Buffer, string, string]>([
    ['Shift_JIS', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), 'text/csv; charset=Shift_JIS', '日本'],
    ['GBK', Buffer.from([0xd6, 0xd0, 0xce, 0xc4]), 'text/csv;charset="gbk"', '中文'],
    ['windows-1251', Buffer.from([0xcf, 0xf0, 0xe8]), 'text/plain; charset=windows-1251', 'При'],
    ['UTF-32', utf32('a日'), 'text/csv', 'a日'],
    [
      'UTF-8 with one bad byte',
      Buffer.concat([Buffer.from('Zoë, Jürgen, Øre'), Buffer.from([0xff])]),
      'text/csv',
      'Zoë, Jürgen, Øre\ufffd',
    ],
    ['windows-1252 (control)', Buffer.from([0x5a, 0x6f, 0xeb, 0x80]), 'text/csv', 'Zoë€'],
  ])('in %s is read', async (_, body, type, text) => {
    const result = await file(body, type)
    expect(result.structuredContent.text).toBe(text)
  })

  test('that is empty says so when another part of it is asked for', async () => {
    const result = await file(Buffer.alloc(0), 'text/csv', 'a.csv', { offset: 5 })
    expect(result.structuredContent.error.errors).toEqual([
      { path: 'offset', message: 'must be 0: the text is empty' },
    ])
  })

  test('is none where Gumloop sent an error in its place', async () => {
    const result = await file(Buffer.from('{"error":"File not found"}'), 'application/json')
    expect(result.isError).toBe(true)
    expect(result.content[0].text).toContain('File not found')
  })

  test('of JSON may look like an error (control)', async () => {
    const result = await file(Buffer.from('{"error":"File not found"}'), 'application/json', 'a.json')
    expect(result.structuredContent.text).toBe('{"error":"File not found"}')
  })
})

/** An archive of one stored empty file. */
function zipWithName(name: Buffer, flags: number): Buffer {
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(flags, 6)
  local.writeUInt16LE(name.length, 26)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(flags, 8)
  central.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(30 + name.length, 16)
  return Buffer.concat([local, name, central, name, end])
}

test.each([
  ['CP437', Buffer.from([0x81, 0x62, 0x65, 0x72, 0x2e, 0x63, 0x73, 0x76]), 0, 'über.csv'],
  ['UTF-8 without its flag', Buffer.from('über.csv'), 0, 'über.csv'],
  ['UTF-8 (control)', Buffer.from('über.csv'), 1 << 11, 'über.csv'],
])('names in an archive are read: %s', async (_, name, flags, expected) => {
  answer(zipWithName(name, flags), { 'content-type': 'application/zip' })
  const result = await call(url, 'download_many_gumloop_flow_files', { file_names: ['x'], run_id: 'r' })
  expect(result.structuredContent.files[0].file_name).toBe(expected)
})

test('a search finds names in the other Unicode form', async () => {
  const name = 'Résumé'.normalize('NFD')
  target.upstream.script({ status: 200, json: { saved_items: [{ saved_item_id: 'f', name }] } })
  const result = await call(url, 'list_all_gumloop_flows', { search: 'résumé'.normalize('NFC') })
  expect(result.structuredContent.result_count).toBe(1)
})

test('a list that was cut counts its rows', async () => {
  const agents = Array.from({ length: 100 }, (_, at) => ({ id: `a${at}`, text: 'x'.repeat(1500) }))
  target.upstream.script({ status: 200, json: { agents, next_cursor: null } })
  const { structuredContent } = await call(url, 'list_all_gumloop_agents', { limit: 100 })
  expect(structuredContent.result_count).toBe(structuredContent.result.length)
})
