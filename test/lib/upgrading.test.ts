/** What a change of the stage file does to a stack in use, as docs/upgrading.md promises it. */
import { describe, expect, it } from 'vitest'
import { type SynthesizedStage, synthesize } from './synthesized-stage.ts'

const REGION = { region: 'eu-central-1' }
const plain = synthesize(REGION)

/** Every setting that can change under a running stack, away from its default. */
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

/** What connectors, keys and records hang on, with every property that CloudFormation could replace it for. */
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

  it('leaves the table, the API, the functions’ names and the keys’ prefix where they are', () => {
    expect(lasting(changed)).toEqual(lasting(plain))
    expect(lasting(plain)).toMatchObject({
      tableName: undefined,
      apiStage: 'v1',
      secrets: 'GumloopMcp-test/accounts/',
    })
  })

  it('deletes nothing that holds what cannot be made again', () => {
    const kept = (stage: SynthesizedStage) =>
      Object.entries(stage.resources)
        .filter(([, { Type }]) => /DynamoDB|KMS::Key/.test(Type))
        .map(([id, { DeletionPolicy }]) => [id, DeletionPolicy])
    for (const [, policy] of kept(changed)) expect(policy).toBe('Retain')
    expect(kept(changed)).toEqual(expect.arrayContaining(kept(plain)))
  })
})

it('a change of who may reach the API is deployed with the API, and not only written down', () => {
  const deployment = (stage: SynthesizedStage) => Object.keys(stage.ofType('AWS::ApiGateway::Deployment'))
  const fenced = synthesize({ ...REGION, allowedIpRanges: ['203.0.113.0/24'] })
  const other = synthesize({ ...REGION, allowedIpRanges: ['198.51.100.0/24'] })
  expect(new Set([plain, fenced, other].flatMap(deployment)).size).toBe(3)
})
