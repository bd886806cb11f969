/** Effects of a change of the stage file on a stack in use, as docs/upgrading.md documents them. */
import { describe, expect, it } from 'vitest'
import { type SynthesizedStage, synthesize } from './synthesized-stage.ts'

const REGION = { region: 'eu-central-1' }
const plain = synthesize(REGION)

/** A non-default value for every setting that can change on a running stack. */
const CHANGES: Record<string, object> = {
  'memory, levels, hosts': {
    memorySizeMb: 1024,
    logLevel: 'debug',
    gumloopBaseUrl: 'https://proxy.example.com/api/v1',
    allowedOrigins: ['https://inspector.example.com'],
  },
  'buffered answers': { transferMode: 'BUFFERED' },
  'the gateway’s guards': { throttleRatePerSecond: 7, allowedIpRanges: ['203.0.113.0/24'], waf: 'on' },
  'a custom domain': {
    customDomain: {
      domainName: 'mcp.example.com',
      certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/1234abcd',
    },
  },
  'a key of one’s own': { customerKey: 'create' },
  'no long runs': { longRuns: 'off' },
  'administration over HTTP': { adminApi: 'on' },
  'nothing watched': { dashboard: 'off', alarms: 'off', savedQueries: 'off' },
  'canary, reserve, retention': { canary: 'on', reservedConcurrency: 20, logRetentionDays: 365 },
}

/**
 * What connectors, keys and records depend on, with every property whose change would make CloudFormation replace it.
 */
function lasting(stage: SynthesizedStage) {
  const [table] = Object.entries(stage.ofType('AWS::DynamoDB::GlobalTable'))
  const [api] = Object.entries(stage.ofType('AWS::ApiGateway::RestApi'))
  const functions = ['McpNode', 'AdminNode'].map(
    prefix => stage.one('AWS::Lambda::Function', prefix).Properties,
  )
  return {
    table: [table?.[0], table?.[1].Properties.KeySchema, table?.[1].Properties.AttributeDefinitions],
    tableName: table?.[1].Properties.TableName,
    api: [api?.[0], api?.[1].Properties.Name],
    apiStage: stage.one('AWS::ApiGateway::Stage').Properties.StageName,
    functions: functions.map(({ FunctionName, Architectures }) => [FunctionName, Architectures]),
    alias: Object.keys(stage.ofType('AWS::Lambda::Alias')),
    secrets: JSON.stringify(functions).match(/"ACCOUNT_SECRET_PREFIX":"([^"]+)"/)?.[1],
  }
}

describe.each(Object.entries(CHANGES))('a change to %s', (_, settings) => {
  const changed = synthesize({ ...REGION, ...settings })

  it('does not replace the table, the API, the functions’ names or the keys’ prefix', () => {
    expect(lasting(changed)).toEqual(lasting(plain))
    expect(lasting(plain)).toMatchObject({
      tableName: undefined,
      apiStage: 'v1',
      secrets: 'GumloopMcp-test/accounts/',
    })
  })

  it('deletes nothing that stores data', () => {
    const retained = (stage: SynthesizedStage) =>
      Object.entries(stage.resources)
        .filter(([, { Type }]) => /DynamoDB|KMS::Key/.test(Type))
        .map(([id, { DeletionPolicy }]) => [id, DeletionPolicy])
    for (const [, policy] of retained(changed)) expect(policy).toBe('Retain')
    expect(retained(changed)).toEqual(expect.arrayContaining(retained(plain)))
  })
})

it('a change of the allowed networks creates a new deployment of the API', () => {
  const deployment = (stage: SynthesizedStage) => Object.keys(stage.ofType('AWS::ApiGateway::Deployment'))
  const fenced = synthesize({ ...REGION, allowedIpRanges: ['203.0.113.0/24'] })
  const other = synthesize({ ...REGION, allowedIpRanges: ['198.51.100.0/24'] })
  expect(new Set([plain, fenced, other].flatMap(deployment)).size).toBe(3)
})
