/** Credentials are read for an account in two places only, each of which knows one account: a call's, and a watched run's. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('a call reads the credentials of its principal’s account, a poll those of its run’s, and nothing else does', () => {
  const reads = readdirSync('lambda', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && file !== 'accounts/credentials.ts')
    .flatMap(file =>
      [...readFileSync(`lambda/${file}`, 'utf8').matchAll(/\bcredentials\.(?:get|refresh)\(\w*\)/g)].map(
        ([read]) => `${file}: ${read}`,
      ),
    )
  expect(reads.sort()).toEqual([
    'runs/watch/poll-operation.ts: credentials.get(accountId)',
    'runs/watch/poll-operation.ts: credentials.refresh(accountId)',
    'tools/with-account.ts: credentials.get(accountId)',
    'tools/with-account.ts: credentials.refresh(accountId)',
  ])
  const envelope = readFileSync('lambda/tools/with-account.ts', 'utf8')
  expect(envelope).toMatch(/const \{ accountId\b[^}]*\} = context\.principal\n/)
})
