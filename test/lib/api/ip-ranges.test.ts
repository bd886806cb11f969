import { describe, expect, it } from 'vitest'
import { IP_RANGES_LIMIT_BYTES, ipRangesBytes } from '../../../lib/api/ip-ranges.ts'
import { parseStageConfig, StageConfigError } from '../../../lib/stage/stage-config.ts'
import { resolveTemplate } from '../resolved-template.ts'
import { synthesize } from '../synthesized-stage.ts'

/** docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const POLICY_LIMIT_BYTES = 8192

/** As many of the longest ranges as a stage file accepts. */
function full(range: (at: number) => string): string[] {
  const ranges: string[] = []
  while (ipRangesBytes([...ranges, range(ranges.length)]) <= IP_RANGES_LIMIT_BYTES)
    ranges.push(range(ranges.length))
  return ranges
}
const v4 = full(at => `203.113.${100 + (at % 150)}.${100 + Math.floor(at / 150)}/32`)
const v6 = full(at => `2001:0db8:1111:2222:3333:4444:5555:${(0x1000 + at).toString(16)}/128`)

describe('the largest accepted list of ranges', () => {
  it.each([
    ['IPv4', v4, 300],
    ['IPv6', v6, 150],
  ])('of %s fits into API Gateway’s resource policy', (_, allowedIpRanges, atLeast) => {
    const { Resources } = resolveTemplate(synthesize({ allowedIpRanges }), {
      partition: 'aws-us-gov',
      region: 'us-gov-west-1',
      urlSuffix: 'amazonaws.com',
    })
    const [api] = Object.values(Resources ?? {}).filter(one =>
      JSON.stringify(one).startsWith('{"Type":"AWS::ApiGateway::RestApi"'),
    )
    // One cast: the template's JSON is untyped.
    const { Policy } = (api as { Properties: { Policy: object } }).Properties
    const stored = JSON.stringify(Policy)
      .replaceAll('execute-api:/*', 'arn:aws-us-gov:execute-api:us-gov-west-1:111122223333:abcdefghij/*')
      .replaceAll('/', '\\/')
    expect(allowedIpRanges.length).toBeGreaterThan(atLeast)
    expect(Buffer.byteLength(stored)).toBeLessThan(POLICY_LIMIT_BYTES)
  })

  it('rejects one range more', () => {
    expect(() => parseStageConfig('test', { allowedIpRanges: [...v4, '203.113.250.250/32'] })).toThrow(
      StageConfigError,
    )
    expect(() => parseStageConfig('test', { allowedIpRanges: [...v4, '203.113.250.250/32'] })).toThrow(
      /`ip-ranges` merges/,
    )
  })
})
