import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSecrets } from '../../../lambda/aws/secrets.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '../../support/fake-secrets-manager.ts'

let manager: FakeSecretsManager
beforeAll(async () => {
  manager = await startFakeSecretsManager()
})
afterAll(() => manager.close())

test('a secret is made, then changed, then removed for good; it is never read', async () => {
  const secrets = createSecrets()
  for (const text of ['one', 'two']) await secrets.put('S/a', text)
  expect(manager.secrets.get('S/a')).toBe('two')
  await secrets.remove('S/a')
  await secrets.remove('S/a')
  const operations = ['CreateSecret', 'CreateSecret', 'PutSecretValue', 'DeleteSecret', 'DeleteSecret']
  expect([manager.secrets.size, manager.takeOperations()]).toEqual([0, operations])
})

test('errors are words of ours: one that somebody can act on, and one that repeats nothing', async () => {
  const secrets = createSecrets()
  manager.failNext({ status: 400, type: 'InvalidRequestException' })
  await expect(secrets.put('S/a', 'x')).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('still deleting'),
  })
  manager.failNext({ status: 400, type: 'AccessDeniedException' })
  await expect(secrets.remove('S/a')).rejects.toMatchObject({
    code: 'internal',
    message: 'The credentials could not be removed. Try again.',
  })
})
