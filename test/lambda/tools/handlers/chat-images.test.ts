import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { call, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector()).url
})
afterAll(() => server.close())
beforeEach(() => server.upstream.script({ status: 200, json: { choices: [] } }))

const PNG = 'iVBORw0KGgoAAAANSUhEUg=='
const withImage = (image_url: unknown) => ({
  model: 'm',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url },
      ],
    },
  ],
})

test.each([
  { url: 'https://example.com/cat.png' },
  { url: 'http://example.com/cat.png', detail: 'low' },
  { url: `data:image/png;base64,${PNG}` },
  `data:image/png;base64,${PNG}`,
])('%j is sent to Gumloop unchanged', async image => {
  const args = withImage(image)
  expect((await call(url, 'create_a_gumloop_chat_completion', args)).isError).toBeUndefined()
  expect(JSON.parse(server.upstream.requests[0]?.body ?? '')).toEqual({ ...args, stream: false })
})

test.each([
  [{ url: 'file:///etc/passwd' }, 'must be an https link or a data URL'],
  [{ url: 'https://' }, 'must be a complete URL'],
  [{ url: `data:text/plain;base64,${PNG}` }, 'must be an https link or a data URL'],
  [{ url: 'data:image/png;base64,AAA' }, 'must be complete base64'],
  [{ url: 'data:image/png;base64,AAAA' }, 'must be a PNG, JPEG, GIF or WebP image'],
  [{ url: 5 }, 'must be an object with a url'],
  [null, 'must be an object with a url'],
])('rejects %j before any request is sent', async (image, message) => {
  const { isError, structuredContent } = await call(url, 'create_a_gumloop_chat_completion', withImage(image))
  expect([isError, structuredContent.error.errors]).toEqual([
    true,
    [{ path: 'messages[0].content[1].image_url', message: expect.stringContaining(message) }],
  ])
  expect(server.upstream.requests).toEqual([])
})
