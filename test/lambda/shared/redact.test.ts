/** No secret leaves in a log line, whatever stands before or after it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatToken, mintId, mintSecret } from '../../../lambda/connectors/token.ts'
import { createLogger } from '../../../lambda/shared/logger.ts'
import { redact, rememberSecret } from '../../../lambda/shared/redact.ts'

describe('redact', () => {
  test.each([
    [
      'a signed link',
      'see https://storage.example/a/b?X-Goog-Signature=abc.',
      'see https://storage.example/[redacted]',
    ],
    [
      'a webhook address',
      '"https://hooks.example.com/trg_9c0d1e/secret"',
      '"https://hooks.example.com/[redacted]"',
    ],
    ['user information in a URL', 'http://user:pass@host.example/x', 'http://host.example/[redacted]'],
    ['a bearer value', 'Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
    ['a basic value', 'basic dXNlcjpwYXNz', 'basic [redacted]'],
    ['an origin alone', 'https://api.gumloop.com answered', 'https://api.gumloop.com answered'],
  ])('%s', (_, text, expected) => {
    expect(redact(text)).toBe(expected)
  })

  test('takes a token out after any character, an escaped line break among them', () => {
    const secret = mintSecret()
    const token = formatToken('gmcp', { id: mintId(), secret })
    const before = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('\\n', 'n', '_', '/mcp/', 'x'))
    fc.assert(
      fc.property(before, fc.string({ maxLength: 5 }), (left, right) => {
        expect(redact(`${left}${token}${right}`)).not.toContain(secret)
        expect(JSON.stringify(redact(JSON.stringify(`${left}\n${token}`)))).not.toContain(secret)
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('takes out a key of unknown shape once it is known', () => {
    rememberSecret('plainkey12345')
    expect(redact('Gumloop said: bad key plainkey12345!')).toBe('Gumloop said: bad key [redacted]!')
    rememberSecret('short')
    expect(redact('short')).toBe('short')
  })

  test('is linear on long texts of any kind', () => {
    const pieces = ['Bearer ', 'https://', 'gmcp_', 'http://a@', '\\n', '/', '@', 'a', ' ']
    for (const piece of pieces) {
      const text = piece.repeat(Math.ceil(500_000 / piece.length))
      const startedMs = performance.now()
      redact(text)
      // Quadratic time would be minutes here; a slow machine stays far below this.
      expect(performance.now() - startedMs, piece).toBeLessThan(5_000)
    }
  })
})

test('every text field of a log line is redacted', () => {
  let line = ''
  const logger = createLogger('info', text => {
    line = text
  })
  logger.info('failed', { reason: 'TypeError: Bearer abcdefgh', url: 'https://x.example/a?b=c', count: 3 })
  expect(JSON.parse(line)).toMatchObject({
    reason: 'TypeError: Bearer [redacted]',
    url: 'https://x.example/[redacted]',
    count: 3,
  })
})
