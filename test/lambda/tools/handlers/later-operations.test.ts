/** Operations of Gumloop that need more than their description, sent over HTTP as they are. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, startTestServer, type TestServer } from '../../../support/mcp-server.ts'

let server: TestServer
let url: string
beforeAll(async () => {
  server = await startTestServer()
  url = (await server.connector()).url
})
afterAll(() => server.close())
beforeEach(() => server.upstream.script({ status: 200, json: {} }))

const bodyOf = (place = 0) => JSON.parse(server.upstream.requests[place]?.body ?? 'null')

describe('attaching a knowledge source', () => {
  const ids = { agent_id: 'a1', connector_id: 'src_1' }
  test.each([
    ['the whole source', undefined, null],
    ['a part of it', { mode: 'include_only', inclusions: [{ type: 'container', id: 'd1' }] }, 'as given'],
  ])('always sends config: %s', async (_, config, wanted) => {
    server.upstream.script({ status: 200, json: { agent_id: 'a1', outcome: 'attached' } })
    await call(url, 'attach_a_gumloop_agent_knowledge_source', config ? { ...ids, config } : ids)
    expect(bodyOf()).toEqual({ config: wanted === null ? null : config })
  })
})

describe('the password of an artifact', () => {
  const password = 'correct-horse-battery'
  test('is sent, and is in no result and no log line', async () => {
    server.upstream.script({ status: 200, json: { success: true, echo: password } })
    const result = await call(url, 'set_a_gumloop_artifact_password', { artifact_id: 'art_1', password })
    expect(bodyOf()).toEqual({ password })
    expect(result.structuredContent).toMatchObject({ artifact_id: 'art_1', password_stored: true })
    expect(JSON.stringify(result) + server.log()).not.toContain(password)
  })

  test('is not repeated when it is refused', async () => {
    const short = await call(url, 'set_a_gumloop_artifact_password', {
      artifact_id: 'art_1',
      password: 'zq!7',
    })
    expect([short.isError, JSON.stringify(short).includes('zq!7')]).toEqual([true, false])
    expect(server.upstream.requests).toEqual([])
  })
})

describe('an operation that only Gumloop’s own client names', () => {
  const versions = () => call(url, 'list_all_gumloop_artifact_versions', { artifact_id: 'art_1' })

  test('a 404 without a code: the workspace does not have it yet', async () => {
    server.upstream.script({ status: 404, json: { detail: 'Not Found' } })
    const { structuredContent } = await versions()
    expect(structuredContent.error).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining("workspace's Gumloop does not offer this operation yet"),
      next_step: expect.stringContaining('do not help'),
    })
  })

  test('a 404 with a code is about the object', async () => {
    const error = { code: 'artifact_not_found', message: 'No such artifact', type: 'not_found_error' }
    server.upstream.script({ status: 404, json: { error } })
    const { structuredContent } = await versions()
    expect(structuredContent.error.message).toBe('Gumloop answered 404: No such artifact')
  })

  test('a documented operation says “not found” either way', async () => {
    server.upstream.script({ status: 404, json: { detail: 'Not Found' } })
    const { structuredContent } = await call(url, 'list_all_gumloop_agent_triggers', { agent_id: 'a1' })
    expect(structuredContent.error.message).toBe('Gumloop answered 404: Not Found')
  })
})

test('the list of agents asks for short rows, and shortens those of a Gumloop that sends all', async () => {
  server.upstream.script({
    status: 200,
    json: { agents: [{ id: 'a1', name: 'A', system_prompt: 'long', tools: [{}], metadata: {} }] },
  })
  const { structuredContent } = await call(url, 'list_all_gumloop_agents')
  expect(server.upstream.requests[0]?.url).toContain('summary=true')
  expect(structuredContent.result).toEqual([{ id: 'a1', name: 'A' }])
})

test('a failed read by POST does not say that it may have taken effect', async () => {
  server.upstream.script({ status: 500, json: { error: { message: 'boom' } } })
  const { structuredContent } = await call(url, 'query_gumloop_wiki', { type: 'person' })
  expect(structuredContent.error).not.toHaveProperty('may_have_taken_effect')
})
