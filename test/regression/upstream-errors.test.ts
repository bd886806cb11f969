/** What Gumloop says of an error reaches the model, with advice that follows from what happened. */
import https from 'node:https'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, type Json } from '../support/mcp-server.ts'
import type { ScriptedAnswer } from '../support/scripted-upstream.ts'
import { selfSignedCertificate } from '../support/self-signed-certificate.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector({ tool_exposure: 'all' })
})
afterAll(() => target.close())

const AGENT = 'get_single_gumloop_agent_by_id'
const textOf = (result: Json): string => result.content[0].text
const read = (...answers: ScriptedAnswer[]): Promise<Json> => {
  target.upstream.script(...answers)
  return call(url, AGENT, { agent_id: 'a' })
}
const create = (...answers: ScriptedAnswer[]): Promise<Json> => {
  target.upstream.script(...answers)
  return call(url, 'create_a_gumloop_agent', { name: 'a', model_name: 'm' })
}

describe('words', () => {
  test.each<[string, unknown, string[]]>([
    [
      'a list of FastAPI',
      { detail: [{ loc: ['body', 'model_name'], msg: 'Field required', type: 'missing' }] },
      ['model_name: Field required'],
    ],
    ['detail as an object', { detail: { message: 'No such model' } }, ['No such model']],
    ['a list of errors', { errors: [{ message: 'one' }, 'two'] }, ['one', 'two']],
    ['errors by field', { errors: { name: ['is taken'] } }, ['name: is taken']],
    [
      'a problem',
      { type: 'about:blank', title: 'Bad name', detail: 'It is too long' },
      ['Bad name: It is too long'],
    ],
    [
      'error.details',
      {
        error: { code: 'invalid', message: 'Invalid', details: [{ field: 'name', message: 'is too long' }] },
      },
      ['Invalid', 'name: is too long'],
    ],
    ['a JSON text', 'The name is taken', ['The name is taken']],
    ['JSON in a text (control)', { error: '{"message":"The name is taken"}' }, ['The name is taken']],
    ['angle brackets', { error: { message: "expected <class 'int'>, a < b" } }, ["<class 'int'>, a < b"]],
  ])('of %s', async (_, json, words) => {
    const result = await read({ status: 422, json })
    for (const word of words) expect(textOf(result)).toContain(word)
  })

  test('of a page are its title, without markup', async () => {
    const text = '<html><head><title>502 Bad Gateway</title></head><body><b>nginx</b></body></html>'
    const result = await create({ status: 502, text, headers: { 'content-type': 'text/html' } })
    expect(textOf(result)).toContain('502 Bad Gateway')
    expect(textOf(result)).not.toContain('<b>')
  })

  test('are bounded (control)', async () => {
    const errors = Array.from({ length: 500 }, (_, at) => ({ field: `f${at}`, message: 'x'.repeat(5000) }))
    const result = await read({ status: 422, json: { errors } })
    expect(textOf(result).length).toBeLessThan(30_000)
  })
})

describe('how long to wait', () => {
  test.each<[string, Record<string, string>, unknown, number]>([
    ['a fraction', { 'retry-after': '1.5' }, {}, 2],
    ['a long fraction', { 'retry-after': '292.05' }, {}, 293],
    ['less than a second', { 'retry-after': '0.2' }, {}, 1],
    ['the body', {}, { retry_after: 12.3 }, 13],
    ['the body of an error', {}, { error: { message: 'slow down', retry_after: 7 } }, 7],
    ['the combined header', { ratelimit: 'limit=100, remaining=0, reset=30' }, {}, 30],
    ['whole seconds (control)', { 'retry-after': '9' }, {}, 9],
  ])('is read from %s', async (_, headers, json, seconds) => {
    const result = await read({ status: 429, json, headers })
    expect(result.structuredContent.error.retry_after_seconds).toBe(seconds)
    expect(textOf(result)).toContain(`Wait ${seconds} seconds`)
  })
})

describe('advice', () => {
  test('a read that breaks off never says that it may have taken effect', async () => {
    const result = await read((request, _response) => request.socket.destroy())
    expect(result.structuredContent.error.code).toBe('upstream_unavailable')
    expect(result.structuredContent.error).not.toHaveProperty('may_have_taken_effect')
  })

  test('a change that breaks off says that it may have taken effect (control)', async () => {
    const result = await create((request, _response) => request.socket.destroy())
    expect(result.structuredContent.error.may_have_taken_effect).toBe(true)
  })

  test('501 is not supported, and is not worth repeating', async () => {
    const result = await create({ status: 501, json: { error: { message: 'Not implemented' } } })
    const { error } = result.structuredContent
    expect([error.code, error.may_have_taken_effect]).toEqual(['upstream_rejected', false])
    expect(error.next_step).not.toMatch(/again|minute/)
  })
})

describe('a connection that is refused before anything was sent', () => {
  test('names NODE_EXTRA_CA_CERTS for a certificate, and says that nothing was carried out', async () => {
    const server = https.createServer(selfSignedCertificate('localhost'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const other = await startTarget({ GUMLOOP_BASE_URL: `https://127.0.0.1:${port}/api/v1` })
    try {
      const result = await call(await other.connector({ tool_exposure: 'all' }), 'create_a_gumloop_agent', {
        name: 'a',
        model_name: 'm',
      })
      expect(result.structuredContent.error.may_have_taken_effect).toBe(false)
      expect(textOf(result)).toContain('NODE_EXTRA_CA_CERTS')
    } finally {
      await other.close()
      server.close()
    }
  })

  test('says that nothing was carried out where no TLS is spoken', async () => {
    const plain = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve))
    const address = plain.address()
    const port = typeof address === 'object' ? address?.port : 0
    const other = await startTarget({ GUMLOOP_BASE_URL: `https://127.0.0.1:${port}/api/v1` })
    try {
      const result = await call(await other.connector({ tool_exposure: 'all' }), 'create_a_gumloop_agent', {
        name: 'a',
        model_name: 'm',
      })
      expect(result.structuredContent.error.may_have_taken_effect).toBe(false)
    } finally {
      await other.close()
      plain.close()
    }
  })
})
