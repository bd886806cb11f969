import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { CONSOLE_ASSETS, CONSOLE_PAGE } from '../../../lambda/http/compiled-console.ts'
import { isConsolePath, serveConsole } from '../../../lambda/http/console-app.ts'

const get = (path: string, method = 'GET') => serveConsole({ method, path })

describe('the page', () => {
  test('may load only from its own origin, and run no inline script', () => {
    const { status, headers, body } = get('/console')
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ])
    const policy = Object.fromEntries(
      (headers['content-security-policy'] ?? '').split('; ').map(rule => {
        const [name = '', ...values] = rule.split(' ')
        return [name, values.join(' ')]
      }),
    )
    expect(policy).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self'",
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    })
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bon\w+=|\bstyle=|https?:/)
  })

  test('loads existing assets with content hashes in their names and permanent caching', () => {
    const linked = [...CONSOLE_PAGE.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link)
    expect(linked.map(link => link.replace(/-[\w-]{12}\./, '.')).sort()).toEqual([
      'console/icon.svg',
      'console/main.js',
      'console/style.css',
    ])
    for (const link of linked) {
      const { status, headers, body } = get(new URL(link, 'https://x.example/console').pathname)
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(body).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
    }
    // Behind the gateway, the page is below a stage prefix.
    expect(new URL(linked[0] ?? '', 'https://x.example/v1/console').pathname).toMatch(/^\/v1\/console\//)
  })

  test('is smaller than 100 KB in total', () => {
    const texts = [CONSOLE_PAGE, ...Object.values(CONSOLE_ASSETS).map(({ text }) => text)]
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(bytes).toBeLessThan(100_000)
    expect(gzipSync(texts.join('')).length).toBeLessThan(30_000)
  })
})

describe('other paths', () => {
  test.each(['/console/none.js', '/console/../accounts', '/console/__proto__', '/console/toString'])(
    'are 404: %s',
    path => {
      const { status, headers, body } = get(path)
      expect([status, headers['content-type']]).toEqual([404, 'application/json'])
      expect(body).not.toContain(path)
    },
  )

  test('redirect to the page, or get 405 for other methods', () => {
    expect(get('/console/')).toMatchObject({ status: 308, headers: { location: '../console' } })
    expect(get('/console', 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET' } })
    expect(['/console', '/console/x', '/consoles', '/mcp'].map(isConsolePath)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
