/** What looks like a secret never leaves through a log line; and none is in the repository. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatToken, mintId, mintSecret } from '../../lambda/connectors/token.ts'
import { createLogger } from '../../lambda/shared/logger.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

test('a token, a bearer value or a signed link in any text is taken out before the line is written', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom('gmcp', 'gapi'), (before, after, prefix) => {
      const token = formatToken(prefix === 'gmcp' ? 'gmcp' : 'gapi', { id: mintId(), secret: mintSecret() })
      const secret = token.split('_').slice(2).join('_')
      const lines: string[] = []
      const logger = createLogger('debug', line => lines.push(line))
      logger.error('x', { text: `${before} ${token} ${after}` })
      logger.error('x', { text: `${before} Bearer ${secret}` })
      logger.error('x', { text: `${before} https://storage.example/o?X-Goog-Signature=${secret}&b=c` })
      expect(lines.join('')).not.toContain(secret)
      expect(lines.length).toBe(3)
      for (const line of lines) expect(JSON.parse(line).event).toBe('x')
    }),
  )
})

test('a log line is one line of JSON, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const lines: string[] = []
      createLogger('info', line => lines.push(line)).info('event', { text })
      expect(lines.join('').trimEnd()).not.toContain('\n')
      expect(JSON.parse(lines.join(''))).toMatchObject({ event: 'event' })
    }),
  )
})

test('no committed file holds a live-looking token, a key, a machine path or a registry host', () => {
  const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')
  expect(files.length).toBeGreaterThan(100)
  const wrong: string[] = []
  for (const file of files) {
    if (/\.(png|ico|woff2?|pdf)$/.test(file)) continue
    const text = readFileSync(path.join(ROOT, file), 'utf8')
    if (/\bgmcp_[a-z0-9]{16}_[\w-]{43}/.test(text)) wrong.push(`${file}: a connector token`)
    if (/\bgapi_[a-z0-9]{16}_[\w-]{43}/.test(text)) wrong.push(`${file}: an API token`)
    if (
      /(?:^|["'\s(])\/(?:root|home\/\w+|work)\//m.test(text) &&
      file !== 'test/architecture/secrets.test.ts'
    )
      wrong.push(`${file}: a path of a machine`)
    if (/"resolved":\s*"http/.test(text)) wrong.push(`${file}: a registry host`)
  }
  expect(wrong).toEqual([])
})
