import { describe, expect, it } from 'vitest'
import * as shim from '../../../lambda/sdk-shims/web.ts'

/** The shims must behave like the real classes for everything that the SDK and `sdk-exchange.ts` use. */
const KINDS = [
  ['real', { Request, Response, Headers }],
  ['shim', shim],
] as const

async function chunksOf(stream: AsyncIterable<Uint8Array> | null): Promise<string[]> {
  const decoder = new TextDecoder()
  const chunks: string[] = []
  if (stream) for await (const chunk of stream) chunks.push(decoder.decode(chunk))
  return chunks
}

function streamOf(...texts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
}

describe.each(KINDS)('%s Headers', (_kind, { Headers }) => {
  it('finds names in any case and lists them in lower case, sorted', () => {
    const headers = new Headers({ 'X-Two': ' 2 ', 'Content-Type': 'a/b' })
    headers.append('x-two', '3')
    headers.set('ACCEPT', '*/*')
    expect([headers.get('X-TWO'), headers.has('accept'), headers.has('no'), headers.get('no')]).toEqual([
      '2, 3',
      true,
      false,
      null,
    ])
    expect([...headers]).toEqual([
      ['accept', '*/*'],
      ['content-type', 'a/b'],
      ['x-two', '2, 3'],
    ])
  })

  it('copies pairs of names and values', () => {
    const one = new Headers([['A', '1']])
    const two = new Headers([...one])
    two.set('a', '2')
    expect([[...one], [...two], [...new Headers()]]).toEqual([[['a', '1']], [['a', '2']], []])
  })
})

describe.each(KINDS)('%s Request', (_kind, { Request }) => {
  it('has the properties it was created with', () => {
    const leaving = new AbortController()
    const request = new Request('https://server.example/mcp', {
      method: 'post',
      headers: { 'Mcp-Method': 'ping' },
      signal: leaving.signal,
    })
    expect([request.url, request.method, request.headers.get('mcp-method'), request.body]).toEqual([
      'https://server.example/mcp',
      'POST',
      'ping',
      null,
    ])
    leaving.abort()
    expect(request.signal.aborted).toBe(true)
  })

  it('defaults to a GET without an abort signal, and requires an absolute URL', () => {
    const request = new Request('https://server.example')
    expect([request.url, request.method, request.signal.aborted]).toEqual([
      'https://server.example/',
      'GET',
      false,
    ])
    expect(() => new Request('/mcp')).toThrow(TypeError)
  })
})

describe.each(KINDS)('%s Response', (_kind, { Response }) => {
  it('sends JSON with a default or a custom content type', async () => {
    const plain = Response.json({ a: [1] }, { status: 400 })
    const typed = Response.json(null, { headers: { 'Content-Type': 'application/json', Allow: 'POST' } })
    expect([plain.status, [...plain.headers], await plain.text()]).toEqual([
      400,
      [['content-type', 'application/json']],
      '{"a":[1]}',
    ])
    expect([typed.status, [...typed.headers], await typed.text()]).toEqual([
      200,
      [
        ['allow', 'POST'],
        ['content-type', 'application/json'],
      ],
      'null',
    ])
  })

  it('can have no body', async () => {
    const response = new Response(null, { status: 202 })
    expect([response.status, [...response.headers], response.body, await response.text()]).toEqual([
      202,
      [],
      null,
      '',
    ])
  })

  it('passes a stream on chunk by chunk', async () => {
    const response = new Response(streamOf('one', 'two'), {
      headers: { 'Content-Type': 'text/event-stream' },
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(await chunksOf(response.body)).toEqual(['one', 'two'])
  })
})

describe('the Response shim', () => {
  it('does not read a stream as text', async () => {
    await expect(new shim.Response(streamOf('one')).text()).rejects.toThrow(TypeError)
  })
})
