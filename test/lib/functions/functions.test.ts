import { describe, expect, it } from 'vitest'
import { synthesize } from '../synthesized-stage.ts'

const plain = synthesize({})
const configured = synthesize({
  memorySizeMb: 256,
  reservedConcurrency: 0,
  logLevel: 'debug',
  logCallDetails: 'on',
  logRetentionDays: 90,
  maxApiTokenDays: 180,
  allowedOrigins: ['https://a.example.com', 'http://localhost:6274'],
  gumloopBaseUrl: 'https://10.0.0.5:8788/api/v1',
  gumloopStreamBaseUrl: 'https://proxy.example.com/ws',
})

const environmentOf = (stage: typeof plain, prefix: string) =>
  stage.one('AWS::Lambda::Function', prefix).Properties.Environment

const TABLE_NAME = { Ref: expect.stringMatching(/^ConnectorsTable/) }

describe('functions', () => {
  it('run on current Node on arm64 with JSON logs in their own log group', () => {
    for (const name of ['Mcp', 'Admin']) {
      expect(plain.one('AWS::Lambda::Function', name).Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: 512,
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: 'INFO',
          SystemLogLevel: 'INFO',
          LogGroup: { Ref: expect.stringMatching(new RegExp(`^${name}NodeLogs`)) },
        },
      })
    }
  })

  it('time out ten seconds after the longest wait; admin functions after half a minute', () => {
    expect(plain.one('AWS::Lambda::Function', 'Mcp').Properties.Timeout).toBe(310)
    expect(plain.one('AWS::Lambda::Function', 'Admin').Properties.Timeout).toBe(30)
  })

  it('that administer know the longest life of an API token; no other does', () => {
    expect(environmentOf(configured, 'Admin')).toMatchObject({ Variables: { MAX_API_TOKEN_DAYS: '180' } })
    expect(JSON.stringify(environmentOf(configured, 'Mcp'))).not.toContain('MAX_API_TOKEN_DAYS')
    expect(JSON.stringify(environmentOf(plain, 'Admin'))).not.toContain('MAX_API_TOKEN_DAYS')
  })

  it('have variables for what they may access, and no secrets', () => {
    expect(environmentOf(plain, 'Mcp')).toEqual({
      Variables: {
        LOG_LEVEL: 'info',
        TRANSFER_MODE: 'STREAM',
        MAX_WAIT_SECONDS: '300',
        RUN_WORKFLOW_ARN: { Ref: expect.stringMatching(/^RunsMachine/) },
        RUN_WATCH_HOURS: '24',
        TABLE_NAME,
        ACCOUNT_SECRET_PREFIX: 'GumloopMcp-test/accounts/',
        METRIC_NAMESPACE: 'GumloopMcp-test',
        METRICS_BY: 'tool,connector',
      },
    })
    expect(environmentOf(plain, 'Admin')).toEqual({
      Variables: {
        LOG_LEVEL: 'info',
        TABLE_NAME,
        ACCOUNT_SECRET_PREFIX: 'GumloopMcp-test/accounts/',
        CONNECTOR_BASE_URL: plain.outputs.ConnectorBaseUrl?.Value,
        CALL_LOG_GROUP: { Ref: expect.stringMatching(/^McpNodeLogs/) },
        RUN_WORKFLOW_ARN: { Ref: expect.stringMatching(/^RunsMachine/) },
      },
    })
  })

  it('follow the stage file', () => {
    expect(environmentOf(configured, 'Mcp')).toMatchObject({
      Variables: {
        LOG_LEVEL: 'debug',
        LOG_CALL_DETAILS: 'on',
        ALLOWED_ORIGINS: 'https://a.example.com,http://localhost:6274',
        GUMLOOP_BASE_URL: 'https://10.0.0.5:8788/api/v1',
        GUMLOOP_STREAM_BASE_URL: 'https://proxy.example.com/ws',
      },
    })
    expect(configured.one('AWS::Lambda::Function', 'Mcp').Properties).toMatchObject({
      MemorySize: 256,
      ReservedConcurrentExecutions: 0,
      LoggingConfig: { ApplicationLogLevel: 'DEBUG' },
    })
    expect(configured.one('AWS::Lambda::Function', 'Admin').Properties).not.toHaveProperty(
      'ReservedConcurrentExecutions',
    )
  })

  it('are tagged with the stage’s reservation, which `enable` restores', () => {
    expect(configured.one('AWS::Lambda::Function', 'McpNode').Properties.Tags).toContainEqual({
      Key: 'gumloop-mcp:reserved-concurrency',
      Value: '0',
    })
    expect(JSON.stringify(plain.one('AWS::Lambda::Function', 'McpNode').Properties.Tags ?? [])).not.toContain(
      'reserved-concurrency',
    )
  })

  it('have no function URL', () => {
    expect(plain.ofType('AWS::Lambda::Url')).toEqual({})
    expect(Object.values(plain.ofType('AWS::Lambda::EventSourceMapping'))).toEqual([])
  })

  it('publish a version for the alias, and retain the previous one', () => {
    expect(plain.one('AWS::Lambda::Alias').Properties).toMatchObject({
      Name: 'live',
      FunctionVersion: { 'Fn::GetAtt': [expect.stringMatching(/CurrentVersion/), 'Version'] },
    })
    expect(plain.one('AWS::Lambda::Version')).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    })
  })
})

describe('log groups', () => {
  it('are named after the stack, have the stage’s retention, and are deleted with the stack', () => {
    const groups = Object.values(configured.ofType('AWS::Logs::LogGroup'))
    expect(groups.map(group => group.Properties)).toEqual([
      { LogGroupName: '/aws/lambda/GumloopMcp-test-mcp', RetentionInDays: 90 },
      { LogGroupName: '/aws/lambda/GumloopMcp-test-poller', RetentionInDays: 90 },
      { LogGroupName: '/aws/vendedlogs/states/GumloopMcp-test-runs', RetentionInDays: 90 },
      { LogGroupName: '/aws/apigateway/GumloopMcp-test-access', RetentionInDays: 90 },
      { LogGroupName: '/aws/lambda/GumloopMcp-test-admin', RetentionInDays: 90 },
    ])
    expect(new Set(groups.map(group => group.DeletionPolicy))).toEqual(new Set(['Delete']))
  })
})
