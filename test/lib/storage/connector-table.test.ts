import { describe, expect, it } from 'vitest'
import { ENV, TABLE } from '../../../lambda/shared/names.ts'
import { synthesize } from '../synthesized-stage.ts'

const plain = synthesize({})
const withKey = synthesize({ customerKey: 'create', region: 'eu-central-1' })
const withExistingKey = synthesize({
  customerKey: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  region: 'eu-central-1',
})

describe('the table', () => {
  const table = plain.one('AWS::DynamoDB::GlobalTable')

  it('has the keys, the index and the time to live that the code uses', () => {
    expect(table.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: TABLE.partitionKey, KeyType: 'HASH' },
        { AttributeName: TABLE.sortKey, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: TABLE.listIndex,
          KeySchema: [
            { AttributeName: TABLE.listPartitionKey, KeyType: 'HASH' },
            { AttributeName: TABLE.listSortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      TimeToLiveSpecification: { AttributeName: TABLE.timeToLive, Enabled: true },
    })
    expect(table.Properties).not.toHaveProperty('TableName')
  })

  it('can be restored, is protected from deletion, and is retained when the stack is removed', () => {
    expect(table.Properties.Replicas).toMatchObject([
      {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ])
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  it('is encrypted with the customer’s key if the stage says so', () => {
    const { Properties } = withKey.one('AWS::DynamoDB::GlobalTable')
    expect(Properties).toMatchObject({ SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } })
    expect(Properties.Replicas).toMatchObject([
      {
        SSESpecification: {
          KMSMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^CustomerKey/), 'Arn'] },
        },
      },
    ])
    expect(withExistingKey.one('AWS::DynamoDB::GlobalTable').Properties.Replicas).toMatchObject([
      { SSESpecification: { KMSMasterKeyId: expect.stringMatching(/^arn:aws:kms:.*1234567890ab$/) } },
    ])
  })
})

describe('the customer’s key', () => {
  it('rotates and is retained with the table', () => {
    const key = withKey.one('AWS::KMS::Key')
    expect(key.Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 })
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  it('also encrypts every log group, and CloudWatch Logs may use it only for these', () => {
    const keyed = { KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^CustomerKey/), 'Arn'] } }
    for (const group of Object.values(withKey.ofType('AWS::Logs::LogGroup')))
      expect(group.Properties).toMatchObject(keyed)
    const policy = JSON.stringify(withKey.one('AWS::KMS::Key').Properties.KeyPolicy)
    for (const name of [
      'lambda/GumloopMcp-test-mcp',
      'lambda/GumloopMcp-test-admin',
      'apigateway/GumloopMcp-test-access',
    ]) {
      expect(policy).toContain(`:log-group:/aws/${name}`)
    }
  })

  it('is not created if the stage sets its own or none', () => {
    expect(withExistingKey.ofType('AWS::KMS::Key')).toEqual({})
    expect(plain.ofType('AWS::KMS::Key')).toEqual({})
  })
})

it('the template contains no secret: they are created at run time', () => {
  expect(plain.ofType('AWS::SecretsManager::Secret')).toEqual({})
  expect(Object.values(ENV)).not.toContain('GUMLOOP_API_KEY')
})
