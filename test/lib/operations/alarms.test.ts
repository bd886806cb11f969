import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { synthesize } from '../synthesized-stage.ts'
import { alarmsOf, conditionOf } from './alarm-state.ts'

const plain = synthesize({ reservedConcurrency: 10, alarmEmail: 'ops@example.com' })
const buffered = synthesize({
  transferMode: 'BUFFERED',
  runbookUrl: 'https://wiki.example.com/runbook',
  alarms: 'on',
})
const silent = synthesize({ alarms: 'off', dashboard: 'off' })

describe('alarms', () => {
  it('watch these metrics and fire above these values', () => {
    expect(
      Object.fromEntries(
        alarmsOf(plain).map(alarm => [
          alarm.AlarmName,
          conditionOf(alarm).replace(/([a-z])[0-9A-F]{8}\b/g, '$1'),
        ]),
      ),
    ).toEqual({
      'GumloopMcp-test-mcp-errors':
        'AWS/Lambda Errors{FunctionName=McpNodeFunction}: Average over 60 s above 0.01, 3 of 10',
      'GumloopMcp-test-mcp-throttles':
        'AWS/Lambda Throttles{FunctionName=McpNodeFunction}: Sum over 300 s above 0, 1 of 1',
      'GumloopMcp-test-mcp-near-timeout':
        'AWS/Lambda Duration{FunctionName=McpNodeFunction}: Maximum over 300 s above 309000, 1 of 1',
      'GumloopMcp-test-mcp-concurrency':
        'AWS/Lambda ConcurrentExecutions{FunctionName=McpNodeFunction}: Maximum over 300 s above 8, 2 of 3',
      'GumloopMcp-test-api-5xx':
        'AWS/ApiGateway 5XXError{ApiName=GumloopMcp-test}: Average over 60 s above 0.01, 3 of 10',
      'GumloopMcp-test-runs-failed':
        'AWS/States ExecutionsFailed{StateMachineArn=RunsMachine}: Sum over 300 s above 0, 1 of 1',
      'GumloopMcp-test-runs-timed-out':
        'AWS/States ExecutionsTimedOut{StateMachineArn=RunsMachine}: Sum over 300 s above 0, 1 of 1',
      'GumloopMcp-test-poller-errors':
        'AWS/Lambda Errors{FunctionName=RunsPollerFunction}: Average over 60 s above 0.1, 3 of 10',
      'GumloopMcp-test-internal-errors': 'GumloopMcp-test InternalErrors: Sum over 300 s above 2, 1 of 1',
      'GumloopMcp-test-admin-errors':
        'AWS/Lambda Errors{FunctionName=AdminNodeFunction}: Sum over 300 s above 0, 1 of 1',
      'GumloopMcp-test-credentials-refused':
        'GumloopMcp-test failed{outcome=credentials_refused}: Sum over 300 s above 0, 1 of 1',
      'GumloopMcp-test-gumloop-unavailable':
        'GumloopMcp-test upstream_failed: Sum over 300 s above 4, 2 of 3',
    })
    for (const alarm of alarmsOf(plain)) {
      expect(alarm).toMatchObject({
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      })
    }
  })

  it('link to an existing article of the runbook', () => {
    const articles = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (\S+)$/gm)].map(
      match => match[1],
    )
    for (const alarm of alarmsOf(plain)) {
      const [, article] = alarm.AlarmDescription.match(/What to do: docs\/runbook\.md#([a-z0-9-]+)$/) ?? []
      expect(articles).toContain(article)
      expect(alarm.AlarmName).toBe(`GumloopMcp-test-${article}`)
    }
    expect(alarmsOf(buffered)[0]?.AlarmDescription).toMatch(
      /What to do: https:\/\/wiki\.example\.com\/runbook#mcp-errors$/,
    )
  })

  it('use the stage’s timeout, and have no concurrency alarm without a reservation', () => {
    const named = (name: string) =>
      alarmsOf(buffered).find(alarm => alarm.AlarmName === `GumloopMcp-test-${name}`)
    expect(named('mcp-near-timeout')?.Threshold).toBe(27_000)
    expect(named('mcp-concurrency')).toBeUndefined()
  })

  it('publish over TLS to a topic that accepts only this stack’s alarms and forwards to the e-mail address', () => {
    const topic = { Ref: expect.stringMatching(/^OperationsTopic/) }
    for (const alarm of alarmsOf(plain))
      expect(alarm).toMatchObject({ AlarmActions: [topic], OKActions: [topic] })
    expect(plain.one('AWS::SNS::TopicPolicy').Properties.PolicyDocument).toMatchObject({
      Statement: [
        { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: {
              'aws:SourceArn': { 'Fn::Join': ['', expect.arrayContaining([':alarm:GumloopMcp-test-*'])] },
            },
          },
        },
      ],
    })
    expect(plain.one('AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    })
    expect(buffered.ofType('AWS::SNS::Subscription')).toEqual({})
  })

  it('and everything that only they need do not exist if the stage disables them', () => {
    for (const type of [
      'AWS::CloudWatch::Alarm',
      'AWS::SNS::Topic',
      'AWS::Logs::MetricFilter',
      'AWS::CloudWatch::Dashboard',
    ]) {
      expect(silent.ofType(type)).toEqual({})
    }
    expect(silent.outputs).not.toHaveProperty('DashboardUrl')
  })
})
