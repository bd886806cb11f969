import { describe, expect, it } from 'vitest'
import { synthesize } from '../synthesized-stage.ts'

const plain = synthesize({})
const guarded = synthesize({ waf: 'on', wafRequestsPer5Minutes: 500, canary: 'on' })

describe('the firewall', () => {
  const { Properties: acl } = guarded.one('AWS::WAFv2::WebACL')

  it('blocks addresses with a bad reputation and floods, and does not inspect bodies', () => {
    expect(acl).toMatchObject({
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      Rules: [
        {
          Statement: {
            ManagedRuleGroupStatement: { Name: 'AWSManagedRulesAmazonIpReputationList', VendorName: 'AWS' },
          },
        },
        { Action: { Block: {} }, Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 500 } } },
      ],
    })
  })

  it('stores no samples and no log of requests, since their paths contain tokens', () => {
    expect(JSON.stringify(acl)).not.toContain('"SampledRequestsEnabled":true')
    expect(JSON.stringify(acl).match(/"SampledRequestsEnabled":false/g)).toHaveLength(3)
    expect(guarded.ofType('AWS::WAFv2::LoggingConfiguration')).toEqual({})
  })

  it('is associated with the API if the stage enables it', () => {
    expect(guarded.one('AWS::WAFv2::WebACLAssociation').Properties.ResourceArn).toEqual({
      'Fn::Join': [
        '',
        expect.arrayContaining(['/stages/', { Ref: expect.stringMatching(/^GatewayApiDeploymentStage/) }]),
      ],
    })
    expect(plain.ofType('AWS::WAFv2::WebACL')).toEqual({})
  })
})

describe('a canary release', () => {
  it('shifts a tenth of the calls for five minutes and rolls back on an alarm', () => {
    expect(guarded.one('AWS::CodeDeploy::DeploymentGroup').Properties).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AlarmConfiguration: {
        Enabled: true,
        Alarms: ['mcperrors', 'api5xx', 'internalerrors'].map(name => ({
          Name: { Ref: expect.stringMatching(new RegExp(`^OperationsAlarms${name}`)) },
        })),
      },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    })
    expect(guarded.one('AWS::Lambda::Alias')).toMatchObject({
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: expect.stringMatching(/^CanaryGroup/) } },
      },
    })
  })

  it('does not exist unless the stage enables it', () => {
    expect(plain.ofType('AWS::CodeDeploy::DeploymentGroup')).toEqual({})
    expect(plain.one('AWS::Lambda::Alias')).not.toHaveProperty('UpdatePolicy')
  })
})

describe('the dashboard', () => {
  const { DashboardName, DashboardBody } = plain.one('AWS::CloudWatch::Dashboard').Properties

  it('shows health, requests, usage, Gumloop, long runs and functions', () => {
    const body = JSON.stringify(DashboardBody)
    expect(DashboardName).toBe('GumloopMcp-test')
    const titles = [...body.matchAll(/\\"title\\":\\"([^"\\]+)\\"/g)].map(match => match[1])
    expect(titles).toEqual([
      'Alarm Status',
      'Requests',
      'Responses with an error status',
      'Response time (including waits)',
      'Tool calls by outcome',
      'Duration of tool calls (including waits)',
      'Cold starts',
      'Calls by tool',
      'Duration by tool, p99',
      'Calls by connector',
      'Gumloop: response time',
      'Gumloop: errors',
      'Internal errors',
      'Watched runs',
      'Watched runs: duration',
      'Polls of runs',
      'MCP function: errors and throttles',
      'MCP function: concurrency',
      'MCP function: duration (including waits)',
      'Table: consumed capacity units',
      'Admin functions: requests',
      'Admin functions: errors',
      'Latest failures',
    ])
  })

  it('has a URL in the AWS console of its partition', () => {
    expect(plain.outputs.DashboardUrl?.Value).toEqual({
      'Fn::Join': [
        '',
        [
          'https://',
          { 'Fn::FindInMap': ['ConsoleHosts', { Ref: 'AWS::Partition' }, 'host'] },
          '/cloudwatch/home?region=',
          { Ref: 'AWS::Region' },
          '#dashboards/dashboard/GumloopMcp-test',
        ],
      ],
    })
  })
})
