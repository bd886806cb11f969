import { describe, expect, it } from 'vitest'
import { synthesize } from '../synthesized-stage.ts'

const plain = synthesize({})
const off = synthesize({ longRuns: 'off' })
const configured = synthesize({
  runWatchHours: 6,
  gumloopBaseUrl: 'https://10.0.0.5:8788/api/v1',
  customerKey: 'create',
  region: 'eu-central-1',
})

const TABLE_ARN = { 'Fn::GetAtt': [expect.stringMatching(/^ConnectorsTable/), 'Arn'] }
const LIST_INDEX_ARN = { 'Fn::Join': ['', [TABLE_ARN, '/index/list']] }
const POLLER_ARN = { 'Fn::GetAtt': [expect.stringMatching(/^RunsPollerFunction/), 'Arn'] }

describe('the state machine', () => {
  it('is a Standard workflow, logs every state without data, and traces nothing', () => {
    expect(plain.one('AWS::StepFunctions::StateMachine').Properties).toMatchObject({
      StateMachineName: 'GumloopMcp-test-runs',
      StateMachineType: 'STANDARD',
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: false,
        Destinations: [
          {
            CloudWatchLogsLogGroup: {
              LogGroupArn: { 'Fn::GetAtt': [expect.stringMatching(/^RunsLogs/), 'Arn'] },
            },
          },
        ],
      },
      TracingConfiguration: { Enabled: false },
    })
  })

  it('may invoke only its poller; the wildcard is for its own log', () => {
    const statements = plain.statementsOf('RunsRole')
    expect(statements).toEqual([
      { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: POLLER_ARN },
      {
        Action: [
          'logs:CreateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:DescribeLogGroups',
          'logs:DescribeResourcePolicies',
          'logs:GetLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:UpdateLogDelivery',
        ],
        Effect: 'Allow',
        Resource: '*',
      },
    ])
  })

  it('invokes the poller, and times out two hours after the watch', () => {
    const definition = JSON.stringify(
      configured.one('AWS::StepFunctions::StateMachine').Properties.DefinitionString,
    )
    expect(definition).toContain(`\\"TimeoutSeconds\\":${8 * 3600}`)
    expect(definition).toContain('RunsPollerFunction')
    expect(definition).toContain(':states:::lambda:invoke')
  })
})

describe('the poller', () => {
  it('reads and writes watches, finds unsent events, reads keys, records a rejected key, sends one kind of event, and nothing else', () => {
    expect(plain.statementsOf('RunsPollerRole').slice(1)).toEqual([
      {
        Action: 'events:PutEvents',
        Condition: {
          'ForAllValues:StringEquals': { 'events:source': 'gumloop-mcp' },
          StringEquals: { 'events:detail-type': 'Gumloop Run Finished' },
        },
        Effect: 'Allow',
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':events:',
              { Ref: 'AWS::Region' },
              ':',
              { Ref: 'AWS::AccountId' },
              ':event-bus/default',
            ],
          ],
        },
      },
      {
        Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['RUN#*'] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
        Effect: 'Allow',
        Resource: TABLE_ARN,
      },
      {
        Action: 'dynamodb:UpdateItem',
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] },
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'state', 'refused_at'] },
          Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
          StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
        },
        Effect: 'Allow',
        Resource: TABLE_ARN,
      },
      {
        Action: 'dynamodb:Query',
        Condition: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['UNSENT_EVENTS'] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
        Effect: 'Allow',
        Resource: LIST_INDEX_ARN,
      },
      {
        Action: 'secretsmanager:GetSecretValue',
        Effect: 'Allow',
        Resource: { 'Fn::Join': ['', expect.arrayContaining([':secret:GumloopMcp-test/accounts/*'])] },
      },
    ])
  })

  it('is small, times out before its task, and knows Gumloop’s URL', () => {
    expect(configured.one('AWS::Lambda::Function', 'RunsPoller').Properties).toMatchObject({
      FunctionName: 'GumloopMcp-test-poller',
      MemorySize: 128,
      Timeout: 40,
      Environment: {
        Variables: {
          LOG_LEVEL: 'info',
          GUMLOOP_BASE_URL: 'https://10.0.0.5:8788/api/v1',
          TABLE_NAME: { Ref: expect.stringMatching(/^ConnectorsTable/) },
          ACCOUNT_SECRET_PREFIX: 'GumloopMcp-test/accounts/',
        },
      },
    })
  })
})

describe('the stage settings', () => {
  it('runWatchHours is passed to the function that sets the deadline', () => {
    expect(configured.one('AWS::Lambda::Function', 'McpNode').Properties.Environment).toMatchObject({
      Variables: { RUN_WATCH_HOURS: '6' },
    })
  })

  it('longRuns "off" removes all of it', () => {
    expect(off.ofType('AWS::StepFunctions::StateMachine')).toEqual({})
    expect(Object.keys(off.resources).filter(id => id.startsWith('Runs'))).toEqual([])
    expect(JSON.stringify(off.statementsOf('McpNodeRole'))).not.toMatch(
      /states:|RUN#|RUN_POINTER#|START#|TASK#/,
    )
    const { Variables } = off.one('AWS::Lambda::Function', 'McpNode').Properties.Environment as {
      Variables: Record<string, unknown>
    }
    expect(Variables).not.toHaveProperty('RUN_WORKFLOW_ARN')
    expect(Variables).toMatchObject({ MAX_WAIT_SECONDS: '300' })
  })
})
