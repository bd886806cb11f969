import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type CredentialsSource,
  fixedCredentials,
  secretCredentials,
} from '../../../lambda/accounts/credentials.ts'
import { createSecretReader } from '../../../lambda/aws/secret-reader.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '../../support/fake-secrets-manager.ts'

let manager: FakeSecretsManager
let source: CredentialsSource
let nowMs: number
beforeAll(async () => {
  manager = await startFakeSecretsManager()
})
afterAll(() => manager.close())
beforeEach(() => {
  nowMs = 0
  manager.secrets.clear()
  manager.secrets.set('S/accounts/acme', '{"api_key":"one","user_id":"u","team_id":"t"}')
  manager.takeOperations()
  source = secretCredentials({ reader: createSecretReader(), prefix: 'S/accounts/', now: () => nowMs })
})

const notConfigured = (account: string) => ({
  code: 'account_not_configured',
  message: `Account ${account} has no Gumloop credentials yet.`,
})

describe('credentials from Secrets Manager', () => {
  test('are read once in five minutes, also by concurrent calls', async () => {
    const all = await Promise.all([source.get('acme'), source.get('acme'), source.get('acme')])
    expect(all[2]).toEqual({ apiKey: 'one', userId: 'u', teamId: 't' })
    nowMs = 299_999
    await source.get('acme')
    expect(manager.takeOperations()).toEqual(['GetSecretValue'])
    manager.secrets.set('S/accounts/acme', '{"api_key":"two"}')
    nowMs = 300_000
    expect(await source.get('acme')).toEqual({ apiKey: 'two' })
  })

  test('are read again after a rejection, at most once a second', async () => {
    await source.get('acme')
    manager.secrets.set('S/accounts/acme', '{"api_key":"two"}')
    nowMs = 1
    expect(await source.refresh('acme')).toEqual({ apiKey: 'two' })
    nowMs = 1_000
    await source.refresh('acme')
    expect(manager.takeOperations()).toHaveLength(2)
    nowMs = 1_001
    await source.refresh('acme')
    expect([manager.takeOperations().length, await source.get('acme')]).toEqual([1, { apiKey: 'two' }])
  })

  test('that are missing or invalid give an error with a fix, and are found as soon as they are stored', async () => {
    await expect(source.get('globex')).rejects.toMatchObject(notConfigured('globex'))
    const unusable: [string, string][] = [
      ['', 'is not a JSON object such as {"api_key": "…", "user_id": "…"}'],
      ['not json: key-in-here', 'is not a JSON object such as {"api_key": "…", "user_id": "…"}'],
      ['[]', 'is not a JSON object such as {"api_key": "…", "user_id": "…"}'],
      ['{"api_key":""}', 'has no api_key'],
      ['{"api_key":1}', 'has no api_key'],
      ['{"api_key":"ke\\u200by"}', 'has a character in api_key that cannot be sent: U+200B at character 3'],
      ['{"api_key":"a\\nb"}', 'has a character in api_key that cannot be sent: U+000A at character 2'],
      [
        '{"api_key":"k","user_id":"“u”"}',
        'has a character in user_id that cannot be sent: U+201C at character 1',
      ],
    ]
    for (const [text, problem] of unusable) {
      manager.secrets.set('S/accounts/globex', text)
      const message = `The secret of account globex ${problem}.`
      await expect(source.get('globex')).rejects.toMatchObject({ code: 'account_not_configured', message })
    }
    manager.secrets.set('S/accounts/globex', '{"api_key":" k\\n","user_id":"u "}')
    expect(await source.get('globex')).toEqual({ apiKey: 'k', userId: 'u' })
    source = secretCredentials({ reader: createSecretReader(), prefix: 'S/accounts/', now: () => nowMs })
    manager.secrets.set('S/accounts/globex', '{"api_key":"k"}')
    expect(await source.get('globex')).toEqual({ apiKey: 'k' })
  })

  test('that may not be read are an internal error, not one of the account', async () => {
    manager.failNext({ status: 400, type: 'AccessDeniedException' })
    await expect(source.get('acme')).rejects.toMatchObject({ code: 'internal' })
    manager.failNext({ status: 400, type: 'InvalidRequestException' })
    await expect(source.get('acme')).rejects.toMatchObject({ code: 'account_not_configured' })
  })
})

test('fixed credentials belong to a single account', async () => {
  const fixed = fixedCredentials({ accountId: 'local', apiKey: 'k', userId: 'u' })
  expect([await fixed.get('local'), await fixed.refresh('local')]).toEqual(
    Array(2).fill({ apiKey: 'k', userId: 'u' }),
  )
  await expect(fixed.get('acme')).rejects.toMatchObject({
    code: 'account_not_configured',
    message: expect.stringMatching(/the account local, .* belongs to the account acme/),
  })
})
