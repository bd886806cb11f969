import { describe, expect, it } from 'vitest'
import { synthesize } from './synthesized-stage.ts'

const plain = synthesize({ dashboard: 'off' })
const withDomain = synthesize({
  tags: { CostCenter: '42' },
  region: 'eu-central-1',
  account: '111122223333',
  terminationProtection: 'on',
  customDomain: {
    domainName: 'mcp.example.com',
    certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/1234abcd',
    hostedZoneId: 'Z0123456789ABC',
  },
})

describe('outputs', () => {
  it('are what the command line and the next steps need, exported under the stack’s name', () => {
    expect(plain.outputs).toEqual({
      ConnectorBaseUrl: {
        Description: expect.any(String),
        Export: { Name: 'GumloopMcp-test-ConnectorBaseUrl' },
        Value: {
          'Fn::Join': [
            '',
            [
              'https://',
              { Ref: expect.stringMatching(/^GatewayApi/) },
              '.execute-api.',
              { Ref: 'AWS::Region' },
              '.',
              { Ref: 'AWS::URLSuffix' },
              '/v1',
            ],
          ],
        },
      },
      AdminFunctionName: {
        Description: expect.any(String),
        Export: { Name: 'GumloopMcp-test-AdminFunctionName' },
        Value: { Ref: expect.stringMatching(/^AdminNodeFunction/) },
      },
      TableName: {
        Description: expect.any(String),
        Export: { Name: 'GumloopMcp-test-TableName' },
        Value: { Ref: expect.stringMatching(/^ConnectorsTable/) },
      },
    })
  })
})

describe('a custom domain', () => {
  it('is the prefix of connector URLs and the only open host name', () => {
    expect(withDomain.outputs.ConnectorBaseUrl?.Value).toBe('https://mcp.example.com')
    expect(withDomain.one('AWS::Lambda::Function', 'Admin').Properties.Environment).toMatchObject({
      Variables: { CONNECTOR_BASE_URL: 'https://mcp.example.com' },
    })
    expect(withDomain.one('AWS::ApiGateway::RestApi').Properties.DisableExecuteApiEndpoint).toBe(true)
  })

  it('is mapped to the API’s root, with the same TLS policy, and has a DNS record', () => {
    expect(withDomain.one('AWS::ApiGateway::DomainName').Properties).toMatchObject({
      DomainName: 'mcp.example.com',
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
      EndpointConfiguration: { Types: ['REGIONAL'] },
    })
    expect(withDomain.one('AWS::ApiGateway::BasePathMapping').Properties).not.toHaveProperty('BasePath')
    expect(withDomain.one('AWS::Route53::RecordSet').Properties).toMatchObject({
      Name: 'mcp.example.com',
      Type: 'A',
    })
  })
})

describe('several stages in one account', () => {
  /** Properties by which a resource is known in its account and region, in everything that a stage can have. */
  const NAMES = /^(\w*Name|MetricNamespace)$/
  /** Names of something inside another thing of the stack's: an index, a role's policy, a stage of the API. */
  const INNER = [
    'AttributeName',
    'BasePath',
    'DeploymentConfigName',
    'FunctionVersion',
    'IndexName',
    'MetricName',
    'PolicyName',
    'StageName',
  ]
  const namesIn = (stage: string) => {
    const all = synthesize(
      { adminApi: 'on', waf: 'on', canary: 'on', customerKey: 'create', region: 'eu-central-1' },
      stage,
    )
    const found = Object.values(all.resources).flatMap(({ Type, Properties = {} }) =>
      Object.entries(Properties).flatMap(([key, value]) =>
        NAMES.test(key) && !INNER.includes(key) && typeof value === 'string' && Type !== 'AWS::Lambda::Alias'
          ? [`${Type} ${value}`]
          : [],
      ),
    )
    return [...found, ...Object.values(all.outputs).map(({ Export }) => `export ${String(Export.Name)}`)]
  }

  it('share no name, even if one stage’s name is a prefix of the other’s', () => {
    const [one, two] = [namesIn('one'), namesIn('one2')]
    expect(one.length).toBeGreaterThan(30)
    expect(one.filter(name => two.includes(name))).toEqual([])
    // A prefix of one must not match the other, since permissions on secrets use prefixes.
    for (const name of one) expect(name).toMatch(/[ /]GumloopMcp-one(?!2)/)
  })

  it('have no role with a fixed name, since roles exist in all regions of an account', () => {
    const roles = Object.values(plain.ofType('AWS::IAM::Role'))
    expect(roles.length).toBeGreaterThan(3)
    expect(roles.filter(({ Properties }) => 'RoleName' in Properties)).toEqual([])
  })

  it('pass their region, account, tags and protection to CloudFormation', () => {
    const artifact = withDomain.app.synth().getStackByName('GumloopMcp-test')
    expect(artifact.environment).toMatchObject({ region: 'eu-central-1', account: '111122223333' })
    expect(artifact.terminationProtection).toBe(true)
    expect(artifact.tags).toEqual({ 'gumloop-mcp:stage': 'test', CostCenter: '42' })
  })
})
