import { describe, expect, it } from 'vitest'
import { ACCOUNT_ID, type Place, resolveTemplate, textsIn } from './resolved-template.ts'
import { synthesize } from './synthesized-stage.ts'

const PLACES: (Place & { consoleHost: string })[] = [
  {
    partition: 'aws',
    region: 'eu-central-1',
    urlSuffix: 'amazonaws.com',
    consoleHost: 'console.aws.amazon.com',
  },
  {
    partition: 'aws-cn',
    region: 'cn-north-1',
    urlSuffix: 'amazonaws.com.cn',
    consoleHost: 'console.amazonaws.cn',
  },
  {
    partition: 'aws-us-gov',
    region: 'us-gov-west-1',
    urlSuffix: 'amazonaws.com',
    consoleHost: 'console.amazonaws-us-gov.com',
  },
  {
    partition: 'aws-eusc',
    region: 'eusc-de-east-1',
    urlSuffix: 'amazonaws.eu',
    consoleHost: 'console.amazonaws-eusc.eu',
  },
  {
    partition: 'aws-iso-b',
    region: 'us-isob-east-1',
    urlSuffix: 'sc2s.sgov.gov',
    consoleHost: 'console.sc2s.sgov.gov',
  },
]
const EVERYTHING = { adminApi: 'on', waf: 'on', canary: 'on', alarmEmail: 'ops@example.com' }

const anywhere = synthesize(EVERYTHING)

describe.each(PLACES)('in $region', place => {
  const { partition, region, urlSuffix, consoleHost } = place
  /** The region told to CDK, which then knows more than the template says; a certificate from there. */
  const there = synthesize({
    ...EVERYTHING,
    region,
    customerKey: 'create',
    customDomain: {
      domainName: 'mcp.example.com',
      certificateArn: `arn:${partition}:acm:${region}:${ACCOUNT_ID}:certificate/1234abcd`,
    },
  })

  it.each([
    ['with the region left to the credentials', anywhere],
    ['with the region in the stage file', there],
  ])('every ARN uses that partition, %s', (_, stage) => {
    const texts = textsIn(resolveTemplate(stage, place))
    const arns = texts.flatMap(text => text.match(/\barn:[\w-]+:/g) ?? [])
    expect(arns.length).toBeGreaterThan(40)
    expect([...new Set(arns)]).toEqual([`arn:${partition}:`])
    const regions = texts.flatMap(text => text.match(/\b(?:us|eu|eusc|cn|ap)-(?:[a-z]+-)+\d\b/g) ?? [])
    expect([...new Set(regions)]).toEqual([region])
  })

  it('host names and conditions use that partition’s suffix', () => {
    const outputs = JSON.stringify(resolveTemplate(anywhere, place).Outputs)
    expect(outputs).toContain(`.execute-api.${region}.${urlSuffix}/v1"`)
    expect(outputs).toContain(
      `https://${consoleHost}/cloudwatch/home?region=${region}#dashboards/dashboard/GumloopMcp-test`,
    )
    expect(textsIn(resolveTemplate(there, place))).toEqual(
      expect.arrayContaining([
        `dynamodb.${region}.${urlSuffix}`,
        `logs.${region}.${urlSuffix}`,
        `arn:${partition}:secretsmanager:${region}:${ACCOUNT_ID}:secret:GumloopMcp-test/accounts/*`,
      ]),
    )
  })

  it('the state machine invokes the poller with that partition’s ARN', () => {
    const { Resources = {} } = resolveTemplate(anywhere, place)
    const [definition = ''] = textsIn(Resources).filter(text => text.includes('"StartAt"'))
    expect(JSON.parse(definition).States.Poll.Resource).toBe(`arn:${partition}:states:::lambda:invoke`)
  })
})
