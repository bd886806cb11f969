/** Who reads and writes the accounts' secrets: the roles of the template, and the policy that each secret gets. */
import { describe, expect, test } from 'vitest'
import { accountSecretPolicy } from '../../../lambda/accounts/secret-policy.ts'
import { ACCOUNT_READER_TAG } from '../../../lambda/shared/names.ts'
import { isAllowed, type Statement } from '../../support/iam-policy.ts'
import type { Json } from '../../support/mcp-server.ts'
import { synthesize } from '../synthesized-stage.ts'
import { deployedFunction } from './deployed-functions.ts'

const PREFIX = 'GumloopMcp-test/accounts/'
const SECRET = `arn:aws:secretsmanager:us-east-1:111122223333:secret:${PREFIX}acme-AbCdEf`

const plain = synthesize({ adminApi: 'on' })
const withKey = synthesize({ adminApi: 'on', customerKey: 'create', region: 'us-east-1' })

const FUNCTIONS = ['McpNode', 'RunsPoller', 'AdminNode', 'AdminApiNode'] as const
const READERS = ['McpNode', 'RunsPoller']
const WRITERS = ['AdminNode', 'AdminApiNode']

/** The role's tags, as IAM puts them into the context of what the role asks. */
function tagsOf(name: string): Record<string, string[]> {
  const tags: Json = plain.one('AWS::IAM::Role', `${name}Role`).Properties.Tags ?? []
  return Object.fromEntries(tags.map(({ Key, Value }: Json) => [`aws:PrincipalTag/${Key}`, [Value]]))
}

const policy: Statement[] = JSON.parse(accountSecretPolicy(PREFIX)).Statement

const mayRead = (identity: readonly Statement[], resourcePolicy: readonly Statement[], context: Json) =>
  isAllowed([...identity, ...resourcePolicy], {
    action: 'secretsmanager:GetSecretValue',
    resource: SECRET,
    context,
  })

describe('an account’s key', () => {
  test.each(FUNCTIONS)('is read by %s only if it calls Gumloop', name => {
    const { statements } = deployedFunction(plain, name)
    expect(mayRead(statements, policy, tagsOf(name))).toBe(READERS.includes(name))
  })

  test('is read by nobody else in the AWS account, whatever rights they have', () => {
    const everything: Statement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }]
    expect(mayRead(everything, [], {})).toBe(true)
    expect(mayRead(everything, policy, {})).toBe(false)
    expect(
      mayRead(everything, policy, { [`aws:PrincipalTag/${ACCOUNT_READER_TAG}`]: ['Other/accounts/'] }),
    ).toBe(false)
  })

  test.each(WRITERS)('cannot be read by %s even where it gives itself the right', name => {
    const { statements } = deployedFunction(plain, name)
    const open: Statement[] = [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }]
    expect(mayRead(statements, open, tagsOf(name))).toBe(false)
  })

  test('stays what administrators of the AWS account can delete and protect otherwise', () => {
    const everything: Statement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }]
    for (const operation of ['DeleteSecret', 'DeleteResourcePolicy', 'PutResourcePolicy', 'PutSecretValue']) {
      const request = { action: `secretsmanager:${operation}`, resource: SECRET, context: {} }
      expect([operation, isAllowed([...everything, ...policy], request)]).toEqual([operation, true])
    }
  })
})

describe('what may be written', () => {
  test.each(FUNCTIONS)('%s writes secrets only if it administers', name => {
    const { statements } = deployedFunction(plain, name)
    for (const operation of ['CreateSecret', 'UpdateSecret', 'DeleteSecret']) {
      const request = { action: `secretsmanager:${operation}`, resource: SECRET, context: {} }
      expect(isAllowed(statements, request)).toBe(WRITERS.includes(name))
      const other = SECRET.replace(PREFIX, 'GumloopMcp-other/accounts/')
      expect(isAllowed(statements, { ...request, resource: other })).toBe(false)
    }
  })

  test.each(WRITERS)('%s may not open a secret to the public', name => {
    const { statements } = deployedFunction(plain, name)
    const mayPut = (context: Record<string, string[]>) =>
      isAllowed(statements, { action: 'secretsmanager:PutResourcePolicy', resource: SECRET, context })
    expect(mayPut({ 'secretsmanager:BlockPublicPolicy': ['true'] })).toBe(true)
    expect(mayPut({ 'secretsmanager:BlockPublicPolicy': ['false'] })).toBe(false)
    expect(mayPut({})).toBe(false)
  })

  test('the policy is one that Secrets Manager takes: below 20,480 characters', () => {
    expect(accountSecretPolicy(`GumloopMcp-${'x'.repeat(30)}/accounts/`).length).toBeLessThan(1000)
  })
})

describe('with the customer’s key', () => {
  const keyArn = expect.stringMatching(/^<CustomerKey\w+\.Arn>$/)
  const useOfKey = (name: string) =>
    deployedFunction(withKey, name)
      .statements.filter(one => JSON.stringify(one.Condition ?? {}).includes('secretsmanager.'))
      .map(({ Action, Resource, Condition }) => ({ Action, Resource, Condition }))
  const Condition = { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } }

  test.each(READERS)('%s decrypts secrets, through Secrets Manager only', name => {
    expect(useOfKey(name)).toEqual([{ Action: 'kms:Decrypt', Resource: keyArn, Condition }])
    expect(deployedFunction(withKey, name).environment).not.toHaveProperty('ACCOUNT_SECRET_KEY_ARN')
  })

  test.each(WRITERS)(
    '%s is told the key and encrypts secrets with it, through Secrets Manager only',
    name => {
      const Action = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']
      expect(useOfKey(name)).toEqual([{ Action, Resource: keyArn, Condition }])
      expect(deployedFunction(withKey, name).environment).toMatchObject({ ACCOUNT_SECRET_KEY_ARN: keyArn })
      expect(deployedFunction(plain, name).environment).not.toHaveProperty('ACCOUNT_SECRET_KEY_ARN')
    },
  )
})
