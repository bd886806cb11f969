import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseStageConfig, STAGE_SETTINGS, StageConfigError } from '../../../lib/stage/stage-config.ts'
import { readStageFile, stageNames } from '../../../lib/stage/stage-file.ts'
import { timeLimits } from '../../../lib/stage/time-limits.ts'

function errorsOf(contents: unknown, stage = 'test'): string[] {
  try {
    parseStageConfig(stage, contents)
    return []
  } catch (error) {
    if (!(error instanceof StageConfigError)) throw error
    return error.errors
  }
}

describe('a stage file', () => {
  it('may be empty: every setting has a default', () => {
    expect(parseStageConfig('default', {})).toEqual({
      stage: 'default',
      transferMode: 'STREAM',
      maxWaitSeconds: 300,
      memorySizeMb: 512,
      throttleRatePerSecond: 50,
      throttleBurst: 100,
      allowedOrigins: [],
      allowedIpRanges: [],
      longRuns: 'on',
      runWatchHours: 24,
      adminApi: 'off',
      customerKey: 'off',
      waf: 'off',
      wafRequestsPer5Minutes: 10_000,
      logLevel: 'info',
      logCallDetails: 'off',
      logRetentionDays: 30,
      apiGatewayLogRole: 'on',
      dashboard: 'on',
      alarms: 'on',
      metricsBy: ['tool', 'connector'],
      savedQueries: 'on',
      canary: 'off',
      terminationProtection: 'off',
      tags: {},
    })
  })

  it('is rejected with all its errors at once', () => {
    expect(
      errorsOf(
        {
          transfermode: 'STREAM',
          nonsense: 1,
          memorySizeMb: 100,
          logRetentionDays: 31,
          waf: true,
          allowedOrigins: ['https://ok.example.com', 'https://path.example.com/x'],
          allowedIpRanges: ['203.0.113.0/33'],
          gumloopBaseUrl: 'https://api.gumloop.com/api/v1/',
          customDomain: { domainName: 'https://x', certificateArn: 'x' },
          canary: 'on',
          alarms: 'off',
          alarmEmail: 'ops@example.com',
        },
        'Test_1',
      ),
    ).toEqual([
      'stage name: expected up to 30 lower-case letters, digits and hyphens, starting with a letter',
      'memorySizeMb: expected a whole number of megabytes, 256 to 3008',
      'allowedOrigins[1]: expected an origin such as "https://inspector.example.com": scheme and host, no path',
      'allowedIpRanges[0]: expected an address range such as "203.0.113.0/24" or "2001:db8::/32"',
      'gumloopBaseUrl: expected a full URL prefix such as "https://api.gumloop.com/api/v1", no trailing slash or query',
      'customDomain.domainName: expected a host name such as "gumloop-mcp.example.com"',
      'customDomain.certificateArn: expected the ARN of a certificate in AWS Certificate Manager',
      'waf: expected "on" or "off"',
      'logRetentionDays: expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
      'transfermode: unknown setting; did you mean "transferMode"?',
      expect.stringMatching(
        /^nonsense: unknown setting; available settings: region, account, transferMode, /,
      ),
      'canary: requires alarms "on", since an alarm triggers the rollback',
      'alarmEmail: requires alarms "on", otherwise nothing is sent to it',
    ])
  })

  it.each<[string, object, string]>([
    [
      'a wait longer than the buffered gateway allows',
      { transferMode: 'BUFFERED', maxWaitSeconds: 26 },
      'maxWaitSeconds: at most 25',
    ],
    [
      'a wait longer than Lambda allows',
      { maxWaitSeconds: 900 },
      'maxWaitSeconds: expected a whole number of seconds, 10 to 890',
    ],
    [
      'a firewall limit without a firewall',
      { wafRequestsPer5Minutes: 500 },
      'wafRequestsPer5Minutes: requires waf "on"',
    ],
    [
      'a log level that alarms cannot work with',
      { logLevel: 'warn', dashboard: 'off' },
      'logLevel: "warn" omits the log lines of calls',
    ],
    [
      'plain http to Gumloop',
      { gumloopBaseUrl: 'http://10.0.0.5:8788/api/v1' },
      'gumloopBaseUrl: expected https',
    ],
    [
      'a password in a URL',
      { gumloopStreamBaseUrl: 'https://:secret@proxy.example.com/api/v1' },
      'gumloopStreamBaseUrl: expected a full URL prefix',
    ],
    ['a key without a region', { customerKey: 'create' }, 'customerKey: requires region'],
    [
      'an invalid key ARN',
      { customerKey: 'on', region: 'eu-west-1' },
      'customerKey: expected "off", "create" or the ARN',
    ],
    [
      'a certificate of another region',
      {
        region: 'eu-west-1',
        customDomain: {
          domainName: 'mcp.example.com',
          certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd',
        },
      },
      'customDomain.certificateArn: the certificate must be in the region of the stage, eu-west-1',
    ],
    [
      'an invalid domain name',
      { customDomain: { domain: 'x' } },
      'customDomain.domainName: expected a host name',
    ],
    ['a fraction', { throttleBurst: 1.5 }, 'throttleBurst: expected a whole number of requests, 1 to 5000'],
    ['an array instead of an object', [], 'expected one JSON object of settings'],
  ])('with %s is rejected', (_, contents, error) => {
    expect(errorsOf(contents)[0]).toContain(error)
  })

  it('takes a domain below an internationalized top-level domain', () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/abc'
    for (const domainName of ['mcp.example.xn--p1ai', 'mcp.xn--bcher-kva.example']) {
      const settings = { region: 'eu-west-1', customDomain: { domainName, certificateArn } }
      expect(parseStageConfig('test', settings).customDomain?.domainName).toBe(domainName)
    }
    const wrong = { customDomain: { domainName: 'mcp.example.xn--', certificateArn } }
    expect(errorsOf(wrong)[0]).toContain('customDomain.domainName')
  })

  it('is read from a file that begins with a byte order mark', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stages-'))
    writeFileSync(join(folder, 'windows.json'), '\ufeff{"memorySizeMb": 1024}')
    expect(readStageFile('windows', folder).memorySizeMb).toBe(1024)
    rmSync(folder, { recursive: true })
  })

  it('has a shorter default wait with buffered responses', () => {
    expect(parseStageConfig('test', { transferMode: 'BUFFERED' }).maxWaitSeconds).toBe(25)
    expect(timeLimits({ transferMode: 'BUFFERED', maxWaitSeconds: 25 })).toEqual({
      functionSeconds: 28,
      gatewaySeconds: 29,
    })
    expect(timeLimits({ transferMode: 'STREAM', maxWaitSeconds: 890 })).toEqual({
      functionSeconds: 900,
      gatewaySeconds: 900,
    })
    expect(timeLimits({ transferMode: 'STREAM', maxWaitSeconds: 10 }).functionSeconds).toBe(70)
  })
})

describe('reading a stage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gumloop-mcp-stages-'))
  writeFileSync(join(folder, 'default.json'), '{"logLevel":"debug"}')
  writeFileSync(join(folder, 'broken.json'), '{"logLevel":')

  it('uses the stage `default` if none is given', () => {
    expect(readStageFile(undefined, folder)).toMatchObject({ stage: 'default', logLevel: 'debug' })
    expect(stageNames(folder)).toEqual(['broken', 'default'])
  })

  it.each(['nowhere', '../default', 'Default', 7])(
    'lists the available stages for the unknown stage %s',
    name => {
      expect(() => readStageFile(name, folder)).toThrow(
        /has an error:\n {2}- stage not found; available stages: broken, default$/,
      )
    },
  )

  it('applies settings of the command line over the file’s, and validates them too', () => {
    expect(readStageFile('default', folder, '{"logLevel":"info","waf":"on"}')).toMatchObject({
      logLevel: 'info',
      waf: 'on',
    })
    expect(() => readStageFile('default', folder, '{"waf":1}')).toThrow(
      /default\.json with -c settings has an error:\n {2}- waf: expected "on" or "off"$/,
    )
    expect(() => readStageFile('default', folder, 'waf=on')).toThrow(
      /^-c settings has an error:\n {2}- not valid JSON: /,
    )
  })

  it('uses the defaults for the stage `default` if there is no file, or no folder', () => {
    const empty = mkdtempSync(join(tmpdir(), 'gumloop-mcp-stages-'))
    for (const place of [empty, join(empty, 'stages')]) {
      expect(readStageFile(undefined, place)).toEqual(parseStageConfig('default', {}))
      expect(() => readStageFile('production', place)).toThrow(
        /production\.json has an error:\n {2}- stage not found; available stages: default$/,
      )
    }
  })

  it('reports a file that is not JSON', () => {
    expect(() => readStageFile('broken', folder)).toThrow(
      /broken\.json has an error:\n {2}- not valid JSON: /,
    )
  })

  it('lists every stage of this project in order', () => {
    for (const name of stageNames()) expect(readStageFile(name).stage).toBe(name)
    expect(STAGE_SETTINGS).toContain('longRuns')
  })
})
