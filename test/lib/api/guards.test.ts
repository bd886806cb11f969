import { describe, expect, it } from 'vitest'
import { synthesize } from '../synthesized-stage.ts'

const plain = synthesize({})
const guarded = synthesize({ waf: 'on', wafRequestsPer5Minutes: 500, canary: 'on' })

describe('the firewall', () => {
  const { Properties: acl } = guarded.one('AWS::WAFv2::WebACL')

  it('turns away bad addresses and too many requests, and does not look into chats', () => {
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

  it('keeps no sample and no log of requests, since their paths hold tokens', () => {
    expect(JSON.stringify(acl)).not.toContain('"SampledRequestsEnabled":true')
    expect(JSON.stringify(acl).match(/"SampledRequestsEnabled":false/g)).toHaveLength(3)
    expect(guarded.ofType('AWS::WAFv2::LoggingConfiguration')).toEqual({})
  })

  it('stands in front of the API’s stage, where the stage file says so', () => {
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
  it('shifts a tenth of the calls for five minutes and goes back at an alarm', () => {
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

  it('is not there unless the stage file says so', () => {
    expect(plain.ofType('AWS::CodeDeploy::DeploymentGroup')).toEqual({})
    expect(plain.one('AWS::Lambda::Alias')).not.toHaveProperty('UpdatePolicy')
  })
})

describe('the dashboard', () => {
  const { DashboardName, DashboardBody } = plain.one('AWS::CloudWatch::Dashboard').Properties

  it('answers who, how much, how well, and whether it is us or Gumloop', () => {
    const body = JSON.stringify(DashboardBody)
    expect(DashboardName).toBe('GumloopMcp-test')
    const titles = [...body.matchAll(/\\"title\\":\\"([^"\\]+)\\"/g)].map(match => match[1])
    expect(titles).toEqual([
      'Alarm Status',
      'Requests',
      'Answers with an error status',
      'Time to the whole answer (waits included)',
      'How tool calls end',
      'Tool calls: time (waits included)',
      'Cold starts',
      'Calls of each tool',
      'Time of each tool, p99',
      'Calls over each connector',
      'Gumloop: time to answer',
      'Gumloop: what went wrong',
      'Our own errors',
      'Runs watched',
      'Runs watched: how long',
      'Looks at runs',
      'MCP function: crashes and refusals',
      'MCP function: simultaneous calls',
      'MCP function: time (waits included)',
      'Table: units used',
      'Administration: requests',
      'Administration: crashes',
      'The latest failures',
    ])
  })

  it('is found at the console of its partition', () => {
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
