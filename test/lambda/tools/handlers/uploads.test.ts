import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, type Json, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
let url: string
let origin: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector({ tool_exposure: 'all' })).url
  origin = new URL(server.upstream.baseUrl).origin
})
afterAll(() => server.close())
beforeEach(() => server.upstream.script({ status: 200, json: {} }))

const sent = () => server.upstream.requests
const sentJson = (index = 0): Json => JSON.parse(sent()[index]?.body ?? 'null')
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')
const form = (index = 0) =>
  new Response(sent()[index]?.body, {
    headers: { 'content-type': sent()[index]?.headers['content-type'] ?? '' },
  }).formData()
const filesOf = async (index = 0) => {
  const parts = (await form(index)).getAll('files').flatMap(one => (typeof one === 'string' ? [] : [one]))
  return Promise.all(parts.map(async one => [one.name, one.type, await one.text()]))
}
const bytesAnswer =
  (bytes: Buffer, type = 'text/csv', status = 200) =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': type }).end(bytes)

describe('one file', () => {
  test('forwards base64 content with the account’s user', async () => {
    server.upstream.script({ status: 200, json: { success: true, file_name: 'a.csv' } })
    const result = await call(url, 'upload_a_gumloop_flow_file', {
      file_name: 'a.csv',
      file_content: 'aWQsdA0K\nMSwyDQo=',
    })
    expect(result.structuredContent).toEqual({ success: true, file_name: 'a.csv' })
    expect(sentJson()).toEqual({
      file_name: 'a.csv',
      file_content: base64('id,t\r\n1,2\r\n'),
      user_id: 'user-1',
    })
  })

  test('encodes text as base64; a session file gets its type from its name', async () => {
    server.upstream.script({
      status: 201,
      json: { file_name: 's/n.md', media_type: 'text/markdown', size: 7 },
    })
    const args = { session_id: 's1', file_name: 'n.md', file_text: '# Größe' }
    const { structuredContent } = await call(url, 'upload_a_gumloop_session_file', args)
    expect(structuredContent).toMatchObject({ file_name: 's/n.md' })
    expect([sent()[0]?.url, sentJson()]).toEqual([
      '/api/v1/sessions/s1/files',
      { file_name: 'n.md', file_content: base64('# Größe'), media_type: 'text/markdown' },
    ])
  })

  test('fetches a file of the chat without the key, and forwards it with its name and type', async () => {
    server.upstream.script(bytesAnswer(Buffer.from('%PDF-1.7'), 'application/pdf'), {
      status: 201,
      json: { file_name: 'x' },
    })
    const file = {
      download_url: `${origin}/files/f1?sig=SECRET`,
      file_id: 'file-1',
      file_name: 'Plan Q3.pdf',
    }
    const result = await call(url, 'upload_a_gumloop_session_file', { session_id: 's1', file })
    expect(result.isError).toBeUndefined()
    expect(sent()[0]).toMatchObject({ method: 'GET', url: '/files/f1?sig=SECRET' })
    expect(Object.keys(sent()[0]?.headers ?? {})).not.toContain('authorization')
    expect(sentJson(1)).toEqual({
      file_name: 'Plan Q3.pdf',
      file_content: base64('%PDF-1.7'),
      media_type: 'application/pdf',
    })
    expect(server.log()).not.toContain('SECRET')
  })

  test('a name next to a file of the chat renames it', async () => {
    server.upstream.script(bytesAnswer(Buffer.from('a')), { status: 200, json: {} })
    const file = { download_url: `${origin}/f`, file_id: 'file-1', file_name: 'old.csv' }
    await call(url, 'upload_a_gumloop_flow_file', { file, file_name: 'new.csv' })
    expect(sentJson(1)).toMatchObject({ file_name: 'new.csv' })
  })

  test.each([
    [{}, 'file', 'send either'],
    [{ file_name: 'a.csv' }, 'file', 'send either'],
    [{ file_content: 'YWJj' }, 'file_name', 'is required'],
    [
      { file_name: 'a.csv', file_content: 'YWJj', file_text: 'abc' },
      'file_text',
      'cannot be combined with file_content',
    ],
    [{ file_name: 'a.csv', file_content: 'no base64!' }, 'file_content', 'must be base64'],
    [{ file_name: 'a.csv', file_content: '' }, 'file_content', 'must not be empty'],
    [{ file_name: 'a.csv', file_text: '' }, 'file_text', 'must not be empty'],
    [{ file_name: '../../a.csv', file_content: 'YWJj' }, 'file_name', 'without folders'],
    [{ file_name: 'a\r\nx: y', file_content: 'YWJj' }, 'file_name', 'control characters'],
    [
      { file_name: 'a.csv', file_content: 'YWJj', file: { download_url: 'https://x.test/', file_id: 'f' } },
      'file',
      'send either',
    ],
    [
      { file: { download_url: 'https://x.test/', file_id: 'f' }, file_name: 'a/b' },
      'file_name',
      'without folders',
    ],
  ])('rejects %j before any request is sent', async (args, path, message) => {
    const { isError, structuredContent } = await call(url, 'upload_a_gumloop_flow_file', args)
    expect([isError, structuredContent.error.code]).toEqual([true, 'invalid_arguments'])
    expect(structuredContent.error.errors).toEqual([{ path, message: expect.stringContaining(message) }])
    expect(sent()).toEqual([])
  })
})

describe('a link of the chat cannot reach internal addresses', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data/iam/security-credentials/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://2852039166/',
    'https://127.0.0.1/',
    'https://localhost/',
    'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
    'https://user:password@example.com/',
    'https://example.com:8443/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'not a link',
  ])('%s', async download_url => {
    const file = { download_url, file_id: 'f', file_name: 'a.txt' }
    const { structuredContent } = await call(url, 'upload_a_gumloop_flow_file', { file })
    expect(structuredContent.error).toMatchObject({
      code: 'invalid_arguments',
      errors: [{ path: 'file.download_url', message: expect.stringContaining('The link is not allowed') }],
      may_have_taken_effect: false,
    })
    expect(sent()).toEqual([])
  })

  test('nor through a redirect; an expired link says what to do', async () => {
    const download_url = `${origin}/f?sig=SECRET`
    server.upstream.script({ status: 302, text: '', headers: { location: 'http://169.254.169.254/' } })
    const file = { download_url, file_id: 'f', file_name: 'a.txt' }
    const inside = await call(url, 'upload_a_gumloop_flow_file', { file })
    expect(inside.structuredContent.error.errors[0].message).toContain(
      'redirects to a URL that is not allowed',
    )
    server.upstream.script({ status: 403, text: 'Signature expired: SECRET' })
    const expired = await call(url, 'upload_a_gumloop_flow_file', { file })
    expect(expired.structuredContent.error).toMatchObject({
      code: 'invalid_arguments',
      next_step: 'Attach the file to the chat again, or send its content as file_content.',
    })
    expect(JSON.stringify([inside, expired])).not.toContain('SECRET')
    expect(sent().length).toBe(1)
  })
})

describe('several files', () => {
  test('as JSON: passed files before those of the chat; an image of the same name is numbered', async () => {
    server.upstream.script(
      bytesAnswer(Buffer.from('1'), 'image/png'),
      bytesAnswer(Buffer.from('2'), 'image/png'),
      {
        status: 200,
        json: { success: true, uploaded_files: ['a.txt', 'image.png', 'image (2).png'] },
      },
    )
    const image = { download_url: `${origin}/1`, file_id: 'f', file_name: 'image.png' }
    await call(url, 'upload_many_gumloop_flow_files', {
      files: [{ file_name: 'a.txt', file_text: 'a' }],
      chat_files: [image, image],
    })
    expect(sentJson(2).files).toEqual([
      { file_name: 'a.txt', file_content: base64('a') },
      { file_name: 'image.png', file_content: base64('1') },
      { file_name: 'image (2).png', file_content: base64('2') },
    ])
  })

  test('a partial failure is a result that lists the failed files; a complete one is an error', async () => {
    const files = [
      { file_name: 'a.txt', file_text: 'a' },
      { file_name: 'b.txt', file_text: 'b' },
    ]
    const half = { partial_success: true, uploaded_files: ['a.txt'], failed_files: ['b.txt'] }
    server.upstream.script({ status: 207, json: half })
    const { isError, structuredContent } = await call(url, 'upload_many_gumloop_flow_files', { files })
    expect([isError, structuredContent]).toEqual([
      undefined,
      { ...half, next_step: expect.stringContaining('1 stored, 1 not: b.txt (was not stored)') },
    ])
    server.upstream.script({ status: 207, json: { uploaded_files: [], failed_files: ['a.txt', 'b.txt'] } })
    const whole = await call(url, 'upload_many_gumloop_flow_files', { files })
    expect([whole.isError, whole.structuredContent.error.errors.map((error: Json) => error.path)]).toEqual([
      true,
      ['a.txt', 'b.txt'],
    ])
  })

  test('reports all errors at once, each with its path', async () => {
    const { structuredContent } = await call(url, 'upload_many_gumloop_flow_files', {
      files: [
        { file_name: 'a.txt', file_text: 'a' },
        { file_name: 'a.txt', file_text: 'b' },
        { file_name: 'b/c.txt', file_content: 'YWJ' },
        { file_name: 'd.txt' },
      ],
    })
    expect(structuredContent.error.errors.map((error: Json) => error.path)).toEqual([
      'files[1].file_name',
      'files[2].file_name',
      'files[2].file_content',
      'files[3].file_content',
    ])
    const none = await call(url, 'upload_many_gumloop_flow_files', {})
    expect(none.structuredContent.error.errors[0].path).toBe('files')
    expect(sent()).toEqual([])
  })
})

describe('forms', () => {
  test('a skill: each file is a part with its type, the team a text part', async () => {
    server.upstream.script({ status: 201, json: { skill: { id: 'sk1' } } })
    const result = await call(url, 'create_a_gumloop_skill', {
      team_id: 'team_1',
      files: [
        { file_name: 'SKILL.md', file_text: '---\nname: x\n---\n' },
        { file_name: 'data "1".json', file_content: base64('{}') },
        { file_name: 'odd', file_text: 'x', media_type: 'text/x-odd' },
      ],
    })
    expect(result.structuredContent).toEqual({ skill: { id: 'sk1' } })
    expect((await form()).get('team_id')).toBe('team_1')
    expect(await filesOf()).toEqual([
      ['SKILL.md', 'text/markdown', '---\nname: x\n---\n'],
      ['data "1".json', 'application/json', '{}'],
      ['odd', 'text/x-odd', 'x'],
    ])
  })

  test('replacing a skill’s files is a PATCH without a text part', async () => {
    await call(url, 'update_a_gumloop_skill_by_id', {
      skill_id: 'sk1',
      files: [{ file_name: 'SKILL.md', file_text: 'x' }],
    })
    expect([sent()[0]?.method, sent()[0]?.url]).toEqual(['PATCH', '/api/v1/skills/sk1'])
    expect([...(await form()).keys()]).toEqual(['files'])
  })

  test('forwards partial and complete rejections of the Brain', async () => {
    const upload = () =>
      call(url, 'upload_gumloop_brain_files', {
        source_id: 's1',
        files: [{ file_name: 'a.exe', file_text: 'a' }],
      })
    const rejected = [{ file_name: 'a.exe', error: 'file type not supported' }]
    server.upstream.script({ status: 201, json: { files: [{ id: 'f1' }], rejected, sync_run_id: null } })
    expect((await upload()).structuredContent).toMatchObject({
      rejected,
      next_step: expect.stringContaining('a.exe (file type not supported)'),
    })
    server.upstream.script({
      status: 400,
      json: { error: { code: 'no_files_accepted', message: 'None accepted', details: { rejected } } },
    })
    expect((await upload()).structuredContent.error).toMatchObject({
      upstream_code: 'no_files_accepted',
      errors: [{ path: 'a.exe', message: 'file type not supported' }],
    })
  })

  test('a media type cannot add a header', async () => {
    const { structuredContent } = await call(url, 'create_a_gumloop_skill', {
      files: [{ file_name: 'SKILL.md', file_text: 'x', media_type: 'text/plain\r\nx-evil: 1' }],
    })
    expect(structuredContent.error.errors).toEqual([
      { path: 'files[0].media_type', message: 'must be a media type such as text/csv' },
    ])
    expect(sent()).toEqual([])
  })
})

describe('sizes are checked before anything is sent', () => {
  const chatFile = { file_id: 'f', file_name: 'a.bin' }
  const large = (bytes: number) => bytesAnswer(Buffer.alloc(bytes), 'application/octet-stream')

  test('rejects a skill of more than 10 MB', async () => {
    server.upstream.script(large(6 << 20), large(5 << 20))
    const chat_files = [1, 2].map(n => ({
      ...chatFile,
      download_url: `${origin}/${n}`,
      file_name: `${n}.zip`,
    }))
    const { structuredContent } = await call(url, 'create_a_gumloop_skill', { chat_files })
    expect(structuredContent.error).toMatchObject({
      code: 'payload_too_large',
      errors: [{ path: 'chat_files[1]', message: 'is too large: at most 10 MB in total' }],
      may_have_taken_effect: false,
    })
    expect(sent().map(({ method }) => method)).toEqual(['GET', 'GET'])
  })

  test('rejects more than 25 files, or a file over the limit, for the Brain', async () => {
    const files = Array.from({ length: 20 }, (_, n) => ({ file_name: `${n}.txt`, file_text: 'x' }))
    const chat_files = Array.from({ length: 6 }, () => ({ ...chatFile, download_url: `${origin}/1` }))
    const many = await call(url, 'upload_gumloop_brain_files', { source_id: 's', files, chat_files })
    expect(many.structuredContent.error.errors[0].message).toContain('together must be at most 25, not 26')
    expect(sent()).toEqual([])
    server.upstream.script(large((25 << 20) + 1))
    const one = await call(url, 'upload_gumloop_brain_files', {
      source_id: 's',
      chat_files: chat_files.slice(0, 1),
    })
    expect(one.structuredContent.error).toMatchObject({ code: 'payload_too_large' })
    expect(sent().map(({ method }) => method)).toEqual(['GET'])
  })

  test('rejects a request body over 5 MB', async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ file_content: 'A'.repeat(5 << 20) }),
    })
    expect(response.status).toBe(413)
    expect(sent()).toEqual([])
  })
})
