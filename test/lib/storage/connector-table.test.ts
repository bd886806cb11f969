import { describe, expect, it } from 'vitest'
import { ENV, TABLE } from '../../../lambda/shared/names.ts'
import { synthesize } from '../synthesized-stage.ts'

const plain = synthesize({})
const withKey = synthesize({ customerKey: 'create', region: 'eu-central-1' })
const withGivenKey = synthesize({
  customerKey: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  region: 'eu-central-1',
})

describe('the table', () => {
  const table = plain.one('AWS::DynamoDB::GlobalTable')

  it('has the keys, the index and the expiry that the code relies on', () => {
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

  it('can be recovered, cannot be deleted by mistake, and stays when the stack goes', () => {
    expect(table.Properties.Replicas).toMatchObject([
      {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ])
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  it('is encrypted with the customer’s key where the stage says so', () => {
    const { Properties } = withKey.one('AWS::DynamoDB::GlobalTable')
    expect(Properties).toMatchObject({ SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } })
    expect(Properties.Replicas).toMatchObject([
      {
        SSESpecification: {
          KMSMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^CustomerKey/), 'Arn'] },
        },
      },
    ])
    expect(withGivenKey.one('AWS::DynamoDB::GlobalTable').Properties.Replicas).toMatchObject([
      { SSESpecification: { KMSMasterKeyId: expect.stringMatching(/^arn:aws:kms:.*1234567890ab$/) } },
    ])
  })
})

describe('the customer’s key', () => {
  it('rotates and outlives the stack, since the table is worth nothing without it', () => {
    const key = withKey.one('AWS::KMS::Key')
    expect(key.Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 })
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  it('also encrypts every log group, and may be used for these alone by CloudWatch Logs', () => {
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

  it('is not made when the stage brings one or wants none', () => {
    expect(withGivenKey.ofType('AWS::KMS::Key')).toEqual({})
    expect(plain.ofType('AWS::KMS::Key')).toEqual({})
  })
})

it('no secret is in the template: they are made at run time', () => {
  expect(plain.ofType('AWS::SecretsManager::Secret')).toEqual({})
  expect(Object.values(ENV)).not.toContain('GUMLOOP_API_KEY')
})
