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
  it('are what the command line and the next step need, exported under the stack’s name', () => {
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
  it('is what connector URLs begin with, and the only door', () => {
    expect(withDomain.outputs.ConnectorBaseUrl?.Value).toBe('https://mcp.example.com')
    expect(withDomain.one('AWS::Lambda::Function', 'Admin').Properties.Environment).toMatchObject({
      Variables: { CONNECTOR_BASE_URL: 'https://mcp.example.com' },
    })
    expect(withDomain.one('AWS::ApiGateway::RestApi').Properties.DisableExecuteApiEndpoint).toBe(true)
  })

  it('is mapped to the API at its root, with the same TLS, and found by name', () => {
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
  it('share no name', () => {
    const namesIn = (stage: string) =>
      Object.values(synthesize({}, stage).resources).flatMap(({ Properties = {} }) =>
        [
          'FunctionName',
          'LogGroupName',
          'TableName',
          'RoleName',
          'AlarmName',
          'DashboardName',
          'TopicName',
          'Name',
        ]
          .map(key => Properties[key])
          .filter(value => typeof value === 'string' && value !== 'live'),
      )
    const [one, two] = [namesIn('one'), namesIn('one2')]
    expect(one.length).toBeGreaterThan(5)
    expect(one.filter(name => two.includes(name))).toEqual([])
  })

  it('carry their region, account, tags and protection to CloudFormation', () => {
    const artifact = withDomain.app.synth().getStackByName('GumloopMcp-test')
    expect(artifact.environment).toMatchObject({ region: 'eu-central-1', account: '111122223333' })
    expect(artifact.terminationProtection).toBe(true)
    expect(artifact.tags).toEqual({ 'gumloop-mcp:stage': 'test', CostCenter: '42' })
  })
})
