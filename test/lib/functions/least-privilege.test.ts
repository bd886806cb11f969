import { describe, expect, it } from 'vitest'
import { synthesize } from '../synthesized-stage.ts'

const plain = synthesize({})
const withKey = synthesize({ customerKey: 'create', region: 'eu-central-1' })

const TABLE = { 'Fn::GetAtt': [expect.stringMatching(/^ConnectorsTable/), 'Arn'] }
const TABLE_LIST_INDEX = { 'Fn::Join': ['', [TABLE, '/index/list']] }
const ACCOUNT_SECRETS = {
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':secretsmanager:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      ':secret:GumloopMcp-test/accounts/*',
    ],
  ],
}

const ownLogs = (logGroup: RegExp) => ({
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Effect: 'Allow',
  Resource: { 'Fn::GetAtt': [expect.stringMatching(logGroup), 'Arn'] },
})

describe('what each role may do, and nothing else', () => {
  it('lets the MCP function read a connector, note its use, and read the accounts’ keys', () => {
    expect(plain.statementsOf('McpNodeRole')).toEqual([
      ownLogs(/^McpNodeLogs/),
      { Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], Effect: 'Allow', Resource: TABLE },
      { Action: 'secretsmanager:GetSecretValue', Effect: 'Allow', Resource: ACCOUNT_SECRETS },
      {
        Action: 'states:StartExecution',
        Effect: 'Allow',
        Resource: { Ref: expect.stringMatching(/^RunsMachine/) },
      },
    ])
  })

  it('lets the admin function keep records, store keys but never read one, and find calls in the log', () => {
    expect(plain.statementsOf('AdminNodeRole')).toEqual([
      ownLogs(/^AdminNodeLogs/),
      {
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
        Effect: 'Allow',
        Resource: TABLE,
      },
      { Action: 'dynamodb:Query', Effect: 'Allow', Resource: TABLE_LIST_INDEX },
      {
        Action: [
          'secretsmanager:CreateSecret',
          'secretsmanager:DeleteSecret',
          'secretsmanager:PutSecretValue',
        ],
        Effect: 'Allow',
        Resource: ACCOUNT_SECRETS,
      },
      {
        Action: 'logs:FilterLogEvents',
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^McpNodeLogs/), 'Arn'] },
      },
      {
        Action: 'states:DescribeStateMachine',
        Effect: 'Allow',
        Resource: { Ref: expect.stringMatching(/^RunsMachine/) },
      },
    ])
  })

  it('lets a function use the customer key through DynamoDB only', () => {
    const statement = {
      Action: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      Condition: {
        StringEquals: {
          'kms:ViaService': {
            'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]],
          },
        },
      },
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^CustomerKey/), 'Arn'] },
    }
    expect(withKey.statementsOf('McpNodeRole')).toHaveLength(5)
    expect(withKey.statementsOf('McpNodeRole')).toContainEqual(statement)
    expect(withKey.statementsOf('AdminNodeRole')).toContainEqual(statement)
    expect(withKey.statementsOf('RunsPollerRole')).toContainEqual(statement)
  })

  it('has no other role than these and API Gateway’s for its log', () => {
    expect(Object.keys(plain.ofType('AWS::IAM::Role')).map(id => id.slice(0, -8))).toEqual([
      'McpNodeRole',
      'RunsPollerRole',
      'RunsRole',
      'ApiGatewayLogRole',
      'AdminNodeRole',
    ])
    expect(plain.statementsOf('ApiGatewayLogRole')).toEqual([
      {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
          ],
        ],
      },
    ])
  })

  it('lets each role be taken on by its own service only', () => {
    const trusted = Object.values(plain.ofType('AWS::IAM::Role')).map(
      role => role.Properties.AssumeRolePolicyDocument,
    )
    const trustOf = (service: string) => ({
      Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: service } }],
      Version: '2012-10-17',
    })
    expect(trusted).toEqual([
      trustOf('lambda.amazonaws.com'),
      trustOf('lambda.amazonaws.com'),
      trustOf('states.amazonaws.com'),
      trustOf('apigateway.amazonaws.com'),
      trustOf('lambda.amazonaws.com'),
    ])
  })

  it('lets API Gateway call the alias of the MCP function, from this API alone; nobody else by resource policy', () => {
    const permissions = Object.values(plain.ofType('AWS::Lambda::Permission')).map(one => one.Properties)
    expect(permissions).toHaveLength(7)
    for (const permission of permissions) {
      expect(permission).toEqual({
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: expect.stringMatching(/^McpNodeFunctionAliaslive/) },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: {
          'Fn::Join': [
            '',
            expect.arrayContaining([':execute-api:', { Ref: expect.stringMatching(/^GatewayApi/) }]),
          ],
        },
      })
    }
  })

  it('names no partition, region or account of its own', () => {
    const text = JSON.stringify(plain.resources)
    expect(text).not.toMatch(/arn:aws[:-]/)
    expect(text).not.toMatch(/\b[a-z]{2}-[a-z]+-\d\b/)
    expect(text).not.toMatch(/\b\d{12}\b/)
  })
})
