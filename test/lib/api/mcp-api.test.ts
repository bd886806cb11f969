import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../operations/error-codes.ts'
import { type Json, type SynthesizedStage, synthesize } from '../synthesized-stage.ts'

const streaming = synthesize({ maxWaitSeconds: 120, allowedIpRanges: ['203.0.113.0/24', '2001:db8::/32'] })
const buffered = synthesize({ transferMode: 'BUFFERED', throttleRatePerSecond: 7, throttleBurst: 9 })

function routes(stage: SynthesizedStage): Record<string, Json> {
  const segments = stage.ofType('AWS::ApiGateway::Resource')
  const pathOf = (id: Json | undefined): string => {
    const reference = JSON.stringify(id)
    const found = Object.entries(segments).find(([name]) => reference === JSON.stringify({ Ref: name }))
    return found === undefined
      ? ''
      : `${pathOf(found[1].Properties.ParentId)}/${found[1].Properties.PathPart}`
  }
  return Object.fromEntries(
    Object.values(stage.ofType('AWS::ApiGateway::Method')).map(({ Properties }) => [
      `${Properties.HttpMethod} ${pathOf(Properties.ResourceId) || '/'}`,
      Properties.AuthorizationType ?? null,
    ]),
  )
}

const integrations = (stage: SynthesizedStage) =>
  Object.values(stage.ofType('AWS::ApiGateway::Method')).map(method => method.Properties.Integration)

describe('routes', () => {
  it('sends every method of every path to the function, so that no client gets a 403 about authentication', () => {
    expect(routes(streaming)).toEqual({
      'ANY /': 'NONE',
      'ANY /mcp': 'NONE',
      'ANY /mcp/{token}': 'NONE',
      'ANY /health': 'NONE',
      'ANY /{proxy+}': 'NONE',
      'POST /mcp': 'NONE',
      'POST /mcp/{token}': 'NONE',
    })
  })

  it('streams responses, for the longest wait plus ten seconds', () => {
    for (const integration of integrations(streaming)) {
      expect(integration).toMatchObject({
        Type: 'AWS_PROXY',
        ResponseTransferMode: 'STREAM',
        TimeoutInMillis: 130_000,
        Uri: { 'Fn::Join': ['', expect.arrayContaining(['/response-streaming-invocations'])] },
      })
    }
    expect(streaming.one('AWS::Lambda::Function', 'Mcp').Properties.Timeout).toBe(130)
  })

  it('buffers responses if the stage says so, within the gateway’s 29 seconds', () => {
    for (const integration of integrations(buffered)) {
      expect(integration).toMatchObject({
        ResponseTransferMode: 'BUFFERED',
        TimeoutInMillis: 29_000,
        Uri: { 'Fn::Join': ['', expect.arrayContaining(['/invocations'])] },
      })
    }
    expect(buffered.one('AWS::Lambda::Function', 'Mcp').Properties.Timeout).toBe(28)
  })
})

describe('logging', () => {
  const { Properties: stage } = streaming.one('AWS::ApiGateway::Stage')

  it('logs the path’s template, never the path, and no text that repeats it', () => {
    const { Format } = stage.AccessLogSetting as { Format: string }
    const fields: Record<string, string> = JSON.parse(Format)
    expect(Object.values(fields).filter(value => /path/i.test(value))).toEqual(['$context.resourcePath'])
    expect(Format).not.toMatch(
      /\$context\.(path|customDomain|domain|error\.message|authorizer|requestOverride)|\$input|user-?agent/i,
    )
    expect(Object.keys(fields)).toEqual(
      expect.arrayContaining(['request_id', 'method', 'resource_path', 'status', 'latency_ms']),
    )
  })

  it('disables execution logs, data traces and tracing', () => {
    expect(stage.TracingEnabled).toBe(false)
    const silent = { DataTraceEnabled: false, LoggingLevel: 'OFF', MetricsEnabled: false }
    expect(stage.MethodSettings).toMatchObject([silent, silent, silent])
  })

  it('writes the access log to its own log group, with the stage’s retention', () => {
    expect(stage.AccessLogSetting).toMatchObject({ DestinationArn: expect.anything() })
    expect(streaming.one('AWS::Logs::LogGroup', 'GatewayAccessLog').Properties).toMatchObject({
      LogGroupName: '/aws/apigateway/GumloopMcp-test-access',
      RetentionInDays: 30,
    })
  })
})

describe('limits', () => {
  const ratesOf = (one: SynthesizedStage) => {
    // One cast: the template's JSON is untyped.
    const settings = one.one('AWS::ApiGateway::Stage').Properties.MethodSettings as {
      HttpMethod: string
      ResourcePath: string
      ThrottlingRateLimit: number
      ThrottlingBurstLimit: number
    }[]
    return settings.map(
      rate =>
        `${rate.HttpMethod} ${rate.ResourcePath}: ${rate.ThrottlingRateLimit}/s, ${rate.ThrottlingBurstLimit} at once`,
    )
  }

  it('throttles the MCP endpoint as the stage says, and everything else at lower rates', () => {
    expect(ratesOf(streaming)).toEqual([
      '* /*: 10/s, 40 at once',
      'POST /~1mcp: 50/s, 100 at once',
      'POST /~1mcp~1{token}: 50/s, 100 at once',
    ])
    expect(ratesOf(buffered)[0]).toBe('* /*: 7/s, 9 at once')
  })

  it('sets rates only for methods that exist under that verb', () => {
    const known = Object.keys(routes(streaming))
    for (const rate of ratesOf(streaming).slice(1)) {
      const [verb = '', path = ''] = rate.split(/[ :]/)
      expect(known).toContain(`${verb} ${path.replaceAll('~1', '/').slice(1)}`)
    }
  })

  it('requires TLS 1.2 with forward secrecy on a regional endpoint', () => {
    expect(streaming.one('AWS::ApiGateway::RestApi').Properties).toMatchObject({
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
      EndpointAccessMode: 'STRICT',
      EndpointConfiguration: { Types: ['REGIONAL'] },
      DisableExecuteApiEndpoint: false,
    })
  })

  it('rejects addresses that are not listed, on every path; without a list it has no policy', () => {
    const everything = { Action: 'execute-api:Invoke', Principal: { AWS: '*' }, Resource: 'execute-api:/*' }
    expect(streaming.one('AWS::ApiGateway::RestApi').Properties.Policy).toMatchObject({
      Statement: [
        { ...everything, Effect: 'Allow' },
        {
          ...everything,
          Effect: 'Deny',
          Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32'] } },
        },
      ],
    })
    expect(buffered.one('AWS::ApiGateway::RestApi').Properties).not.toHaveProperty('Policy')
  })
})

describe('API Gateway’s own responses', () => {
  const answers = Object.values(streaming.ofType('AWS::ApiGateway::GatewayResponse')).map(
    one => one.Properties,
  )

  it('are JSON in our error shape with our codes, repeat nothing of the request and are not cached', () => {
    for (const answer of answers) {
      const { 'application/json': text } = answer.ResponseTemplates as { 'application/json': string }
      expect(text).not.toContain('$')
      expect(JSON.parse(text)).toEqual({
        error: { code: expect.toBeOneOf(ERROR_CODES), message: expect.any(String) },
      })
      expect(answer.ResponseParameters).toMatchObject({
        'gatewayresponse.header.Cache-Control': "'no-store'",
      })
    }
    expect(answers.map(answer => answer.ResponseType)).toEqual(
      expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX']),
    )
  })

  it('are 404 for an unknown path or method, and 429 with Retry-After when throttled', () => {
    const statusOf = (type: string) => answers.find(answer => answer.ResponseType === type)?.StatusCode
    expect(['MISSING_AUTHENTICATION_TOKEN', 'RESOURCE_NOT_FOUND', 'THROTTLED'].map(statusOf)).toEqual([
      '404',
      '404',
      '429',
    ])
    expect(answers.find(answer => answer.ResponseType === 'THROTTLED')?.ResponseParameters).toMatchObject({
      'gatewayresponse.header.Retry-After': "'1'",
    })
  })

  it('are deployed together with the routes', () => {
    const { DependsOn } = streaming.one('AWS::ApiGateway::Deployment')
    for (const id of Object.keys(streaming.ofType('AWS::ApiGateway::GatewayResponse')))
      expect(DependsOn).toContain(id)
  })
})
