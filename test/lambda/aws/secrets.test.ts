import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSecrets } from '../../../lambda/aws/secrets.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '../../support/fake-secrets-manager.ts'

const POLICY = '{"Version":"2012-10-17","Statement":[]}'
const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd'

let manager: FakeSecretsManager
beforeAll(async () => {
  manager = await startFakeSecretsManager()
})
beforeEach(() => void manager.takeOperations())
afterAll(() => manager.close())

const put = ['CreateSecret', 'PutResourcePolicy', 'UpdateSecret']

test('creates, changes and permanently deletes a secret without reading it', async () => {
  const secrets = createSecrets({ resourcePolicy: POLICY })
  for (const text of ['one', 'two']) await secrets.put('S/a', text)
  expect(manager.secrets.get('S/a')).toBe('two')
  expect(manager.policies.get('S/a')).toBe(POLICY)
  await secrets.remove('S/a')
  await secrets.remove('S/a')
  expect([manager.secrets.size, manager.policies.size]).toEqual([0, 0])
  expect(manager.takeOperations()).toEqual([...put, ...put, 'DeleteSecret', 'DeleteSecret'])
})

test('a secret without its policy never has a value', async () => {
  const secrets = createSecrets({ resourcePolicy: POLICY })
  manager.failNext(undefined, { status: 400, type: 'MalformedPolicyDocumentException' })
  await expect(secrets.put('S/half', 'x')).rejects.toMatchObject({ code: 'internal' })
  expect(manager.takeOperations()).toEqual(['CreateSecret', 'PutResourcePolicy'])
  expect([...manager.secrets]).toEqual([['S/half', undefined]])
  await secrets.put('S/half', 'x')
  expect(manager.secrets.get('S/half')).toBe('x')
})

test('a secret has the key of the stage: its own, another one after a change, AWS’s once there is none', async () => {
  const keyAfterPut = async (keyArn?: string) => {
    await createSecrets({ resourcePolicy: POLICY, keyArn }).put('S/keyed', 'x')
    return manager.keys.get('S/keyed')
  }
  expect(await keyAfterPut()).toBeUndefined()
  expect(await keyAfterPut(KEY_ARN)).toBe(KEY_ARN)
  expect(await keyAfterPut(`${KEY_ARN}2`)).toBe(`${KEY_ARN}2`)
  expect(await keyAfterPut()).toBeUndefined()
  await createSecrets({ resourcePolicy: POLICY, keyArn: KEY_ARN }).put('S/new', 'x')
  expect(manager.keys.get('S/new')).toBe(KEY_ARN)
})

test('reports errors in its own words: one with a fix, and one that repeats nothing', async () => {
  const secrets = createSecrets({ resourcePolicy: POLICY })
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
