import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fetchLink, type LinkOptions } from '../../../lambda/gumloop/fetch-link.ts'
import { AppError } from '../../../lambda/shared/errors.ts'

/** A storage service on this machine, with scripted responses and a record of requests. */
let server: http.Server
let origin: string
let port: number
let answer: (request: IncomingMessage, response: ServerResponse) => void
let seen: { url: string; headers: http.IncomingHttpHeaders }[] = []
beforeAll(async () => {
  server = http.createServer((request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers })
    answer(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  origin = `http://127.0.0.1:${port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  seen = []
  answer = (_, response) => response.setHeader('content-type', 'Text/CSV; charset=utf-8').end('a,b\n1,2\n')
})

const get = (link: string, over: Partial<LinkOptions> = {}) =>
  fetchLink(link, { trustedOrigins: [origin], maxBytes: 1000, timeoutMs: 5000, ...over })
const failure = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => undefined,
    error => error,
  )
  expect(error).toBeInstanceOf(AppError)
  return error as AppError // asserted the line before
}
const redirect =
  (to: string, status = 302) =>
  (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(status, { location: to }).end()

describe('a download', () => {
  test('returns the file and its media type, and sends no credentials and no cookies', async () => {
    const file = await get(`${origin}/o.csv?X-Goog-Signature=abc`)
    expect(file).toEqual({ bytes: Buffer.from('a,b\n1,2\n'), mediaType: 'text/csv', charset: 'utf-8' })
    expect(seen).toEqual([
      {
        url: '/o.csv?X-Goog-Signature=abc',
        headers: {
          accept: '*/*',
          'accept-encoding': 'identity',
          'user-agent': 'gumloop-mcp',
          host: `127.0.0.1:${port}`,
          connection: expect.stringMatching(/close|keep-alive/),
        },
      },
    ])
  })

  test('has a null media type if it is missing or invalid, and may be empty', async () => {
    answer = (_, response) => response.setHeader('content-type', 'nonsense').end()
    expect(await get(`${origin}/o`)).toEqual({ bytes: Buffer.alloc(0), mediaType: null, charset: null })
  })
})

describe('the connection', () => {
  test('goes to the address of a single resolution, with the name as Host', async () => {
    const names: string[] = []
    const resolve = async (name: string) => {
      names.push(name)
      return [{ address: '127.0.0.1', family: 4 }]
    }
    const named = `http://storage.test:${port}`
    await get(`${named}/o`, { trustedOrigins: [named], resolve })
    expect(names).toEqual(['storage.test'])
    expect(seen[0]?.headers.host).toBe(`storage.test:${port}`)
  })

  test.each([
    [['127.0.0.1']],
    [['169.254.169.254']],
    [['::1']],
    [['142.250.74.123', '10.0.0.7']],
    [['2607:f8b0::1', 'fd00:ec2::254']],
    [['::ffff:10.0.0.1']],
  ])('is not opened to a public name with the address %j', async addresses => {
    const resolve = async () => addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
    const error = await failure(get('https://storage.googleapis.com/o?sig=SECRET', { resolve }))
    expect([error.code, error.message]).toEqual([
      'upstream_invalid',
      'The link is not allowed: its host is not on the public internet.',
    ])
  })

  test.each(['http://example.com/o', 'https://localhost/o', 'https://example.com:8443/o', 'https://[::1]/o'])(
    'is not opened to %s',
    async link => {
      const error = await failure(get(link))
      expect(error.code).toBe('upstream_invalid')
      expect(seen).toEqual([])
    },
  )

  test('over TLS uses the name at the checked address, and fails without a valid certificate', async () => {
    const names: string[] = []
    const secure = tls.createServer({
      SNICallback: (name, done) => {
        names.push(name)
        done(new Error('no certificate'))
      },
    })
    await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve))
    const named = `https://storage.test:${(secure.address() as AddressInfo).port}`
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    const error = await failure(get(`${named}/o?sig=SECRET`, { trustedOrigins: [named], resolve }))
    secure.close()
    expect([names, error.code]).toEqual([['storage.test'], 'upstream_unavailable'])
    expect(error.message).not.toContain('SECRET')
  })

  test('fails for a name without an address, and for one that cannot be resolved', async () => {
    const none = await failure(get('https://storage.test/o', { resolve: async () => [] }))
    const unknown = await failure(
      get('https://storage.test/o', { resolve: () => Promise.reject(new Error('ENOTFOUND storage.test')) }),
    )
    expect([none.code, unknown.code]).toEqual(['upstream_unavailable', 'upstream_unavailable'])
    expect(unknown.message).not.toContain('storage.test')
  })
})

describe('redirects', () => {
  test('are followed up to three times, also relative ones', async () => {
    const steps = (count: number) => (request: IncomingMessage, response: ServerResponse) => {
      const at = Number(request.url?.slice(1))
      if (at < count) response.writeHead(307, { location: `/${at + 1}` }).end()
      else response.end('here')
    }
    answer = steps(3)
    expect((await get(`${origin}/0`)).bytes.toString()).toBe('here')
    answer = steps(4)
    const error = await failure(get(`${origin}/0`))
    expect([error.code, error.message]).toEqual(['upstream_invalid', 'The link redirects more than 3 times.'])
    expect(seen.length).toBe(8)
  })

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1:1/',
    'https://localhost/',
    'https://2852039166/',
    'file:///etc/passwd',
    'http://[::1]:9001/2018-06-01/runtime/invocation/next',
    'https://user:password@example.com/',
    'http://',
  ])('to %s are not followed', async to => {
    answer = redirect(to)
    const error = await failure(get(`${origin}/o?sig=SECRET`))
    expect(error.code).toBe('upstream_invalid')
    expect(error.message).toContain('redirects to a URL')
    expect(error.message).not.toContain('SECRET')
    expect(seen.length).toBe(1)
  })

  test('are checked again for each name', async () => {
    const named = `http://storage.test:${port}`
    answer = redirect('https://other.test/o')
    const resolve = async (name: string) => [
      { address: name === 'storage.test' ? '127.0.0.1' : '10.0.0.1', family: 4 },
    ]
    const error = await failure(get(`${named}/o`, { trustedOrigins: [named], resolve }))
    expect(error.message).toContain('redirects to a URL that is not allowed')
    expect(seen.length).toBe(1)
  })
})

describe('limits', () => {
  test('reject a declared size before reading, and an undeclared one while reading', async () => {
    answer = (_, response) => response.setHeader('content-length', '1001').end('x'.repeat(1001))
    expect((await failure(get(`${origin}/o`))).code).toBe('payload_too_large')
    answer = (_, response) => {
      const more = () => response.write('x'.repeat(400), () => response.destroyed || setImmediate(more))
      more() // never ends by itself
    }
    expect((await failure(get(`${origin}/o`))).code).toBe('payload_too_large')
    answer = (_, response) => response.end('x'.repeat(1000))
    expect((await get(`${origin}/o`)).bytes.length).toBe(1000)
  })

  test('apply to the time for headers, body and name resolution', async () => {
    answer = () => undefined
    const headers = await failure(get(`${origin}/o`, { timeoutMs: 60 }))
    answer = (_, response) => void response.write('x')
    const body = await failure(get(`${origin}/o`, { timeoutMs: 60 }))
    const name = await failure(
      get('https://storage.test/', { timeoutMs: 60, resolve: () => new Promise(() => undefined) }),
    )
    expect([headers.code, body.code, name.code]).toEqual(Array(3).fill('upstream_timeout'))
  })

  test('include the client’s disconnect, before and during the download', async () => {
    answer = (_, response) => void response.write('x')
    expect((await failure(get(`${origin}/o`, { signal: AbortSignal.abort() }))).code).toBe('cancelled')
    const during = await failure(get(`${origin}/o`, { signal: AbortSignal.timeout(60) }))
    expect(during.code).toBe('cancelled')
    expect(seen.length).toBe(1)
  })

  test('reject a response that is cut off or compressed', async () => {
    answer = (_, response) => {
      response.setHeader('content-length', '900').write('x'.repeat(10), () => response.destroy())
    }
    expect((await failure(get(`${origin}/o`))).code).toBe('upstream_unavailable')
    answer = (_, response) => response.setHeader('content-encoding', 'gzip').end('x')
    expect((await failure(get(`${origin}/o`))).code).toBe('upstream_invalid')
  })

  test.each([
    [403, 'upstream_rejected'],
    [404, 'upstream_rejected'],
    [500, 'upstream_unavailable'],
    [204, 'upstream_unavailable'],
    [206, 'upstream_unavailable'],
    [304, 'upstream_unavailable'],
  ])('report status %i as %s, without the body', async (status, code) => {
    answer = (_, response) => response.writeHead(status).end(status === 204 || status === 304 ? '' : 'SECRET')
    const error = await failure(get(`${origin}/o`))
    expect([error.code, error.details.upstreamStatus]).toEqual([code, status])
    expect(JSON.stringify([error.message, error.details])).not.toContain('SECRET')
  })

  test('report an unreachable host without its name', async () => {
    const error = await failure(
      get('http://127.0.0.1:1/o?sig=SECRET', { trustedOrigins: ['http://127.0.0.1:1'] }),
    )
    expect([error.code, error.message]).toEqual([
      'upstream_unavailable',
      'The link could not be opened (ECONNREFUSED).',
    ])
  })
})
