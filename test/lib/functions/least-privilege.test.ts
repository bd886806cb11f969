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

/** The rest of a statement about whole items whose partition keys begin so. */
const onItems = (...prefixes: string[]) => ({
  Condition: {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  },
  Effect: 'Allow',
  Resource: TABLE,
})

/** The same, with these attributes alone. */
const onAttributes = (prefixes: string[], attributes: string[]) => ({
  Condition: {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', ...attributes] },
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes },
    Null: { 'dynamodb:Attributes': 'false', 'dynamodb:LeadingKeys': 'false' },
    StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
  },
  Effect: 'Allow',
  Resource: TABLE,
})
const ACCOUNT_STATE = {
  Action: 'dynamodb:UpdateItem',
  ...onAttributes(['ACCOUNT#*'], ['state', 'refused_at']),
}

describe('what each role may do, and nothing else', () => {
  it('lets the MCP function read a connector, record its use, watch runs, and read the accounts’ keys', () => {
    expect(plain.statementsOf('McpNodeRole')).toEqual([
      ownLogs(/^McpNodeLogs/),
      {
        Action: 'events:PutEvents',
        Condition: {
          'ForAllValues:StringEquals': { 'events:source': 'gumloop-mcp' },
          StringEquals: { 'events:detail-type': 'Gumloop Connector Used After Silence' },
        },
        Effect: 'Allow',
        Resource: expect.anything(),
      },
      {
        Action: 'dynamodb:GetItem',
        ...onItems('CONNECTOR#*', 'API_TOKEN#*'),
      },
      {
        Action: 'dynamodb:UpdateItem',
        ...onAttributes(['CONNECTOR#*'], ['last_used_at', 'last_used_from', 'last_return_id']),
      },
      { Action: 'dynamodb:UpdateItem', ...onAttributes(['API_TOKEN#*'], ['last_used_at']) },
      ACCOUNT_STATE,
      { Action: 'secretsmanager:GetSecretValue', Effect: 'Allow', Resource: ACCOUNT_SECRETS },
      {
        Action: 'states:StartExecution',
        Effect: 'Allow',
        Resource: { Ref: expect.stringMatching(/^RunsMachine/) },
      },
      {
        Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        ...onItems('RUN#*', 'RUN_POINTER#*', 'START#*', 'TASK#*'),
      },
      {
        Action: 'dynamodb:BatchGetItem',
        ...onItems('RUN#*', 'CONNECTOR#*', 'API_TOKEN#*'),
      },
    ])
  })

  it('gives the MCP function no rights on records of runs where long runs are off', () => {
    const off = synthesize({ longRuns: 'off' })
    expect(JSON.stringify(off.statementsOf('McpNodeRole'))).not.toMatch(/RUN#|START#|TASK#|states:/)
  })

  it('lets the poller read and write runs, and record that Gumloop rejected a key', () => {
    expect(plain.statementsOf('RunsPollerRole')).toEqual([
      ownLogs(/^RunsPollerLogs/),
      {
        Action: 'events:PutEvents',
        Condition: {
          'ForAllValues:StringEquals': { 'events:source': 'gumloop-mcp' },
          StringEquals: { 'events:detail-type': 'Gumloop Run Finished' },
        },
        Effect: 'Allow',
        Resource: expect.anything(),
      },
      { Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], ...onItems('RUN#*') },
      ACCOUNT_STATE,
      {
        Action: 'dynamodb:Query',
        Condition: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['UNSENT_EVENTS'] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
        Effect: 'Allow',
        Resource: TABLE_LIST_INDEX,
      },
      { Action: 'secretsmanager:GetSecretValue', Effect: 'Allow', Resource: ACCOUNT_SECRETS },
    ])
  })

  it('lets the admin function keep records, store keys but never read one, and find calls in the log', () => {
    expect(plain.statementsOf('AdminNodeRole')).toEqual([
      ownLogs(/^AdminNodeLogs/),
      {
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        ...onItems('CONNECTOR#*', 'API_TOKEN#*', 'ACCOUNT#*', 'TOOL_GROUP#*'),
      },
      { Action: 'dynamodb:PutItem', ...onItems('AUDIT#*') },
      { Action: 'dynamodb:UpdateItem', ...onAttributes(['AUDIT#*'], ['outcome', 'error']) },
      { Action: 'dynamodb:Query', ...onItems('AUDIT#*', 'TOOL_GROUP#*') },
      { Action: 'dynamodb:Query', Effect: 'Allow', Resource: TABLE_LIST_INDEX },
      {
        Action: ['secretsmanager:CreateSecret', 'secretsmanager:DeleteSecret', 'secretsmanager:UpdateSecret'],
        Effect: 'Allow',
        Resource: ACCOUNT_SECRETS,
      },
      {
        Action: 'secretsmanager:PutResourcePolicy',
        Condition: { Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } },
        Effect: 'Allow',
        Resource: ACCOUNT_SECRETS,
      },
      { Action: 'secretsmanager:GetSecretValue', Effect: 'Deny', Resource: ACCOUNT_SECRETS },
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
    expect(withKey.statementsOf('McpNodeRole')).toHaveLength(plain.statementsOf('McpNodeRole').length + 2)
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
