import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ACCESS_LOG_FIELDS } from '../../../lib/api/access-log.ts'
import { betweenMarks } from '../../../scripts/between-marks.ts'
import {
  callCosts,
  fixedCosts,
  LOG_BYTES,
  METRICS_OF_A_CONNECTOR,
  METRICS_OF_A_TOOL,
  METRICS_OF_ALL_CALLS,
  metricsUsd,
  totalUsd,
  WAF_RULES,
} from '../../../scripts/costs/cost-model.ts'
import { STAGES, withCosts } from '../../../scripts/costs/costs-document.ts'
import { priceOf } from '../../../scripts/costs/price-table.ts'
import { linesOfCall, metricsFrom, reportLine } from '../../lib/operations/log-samples.ts'
import { synthesize } from '../../lib/synthesized-stage.ts'
import { nameOf } from '../../support/embedded-metrics.ts'

describe('docs/costs.md', () => {
  it('matches what the code computes', () => {
    const page = readFileSync('docs/costs.md', 'utf8')
    expect(withCosts(page)).toBe(page)
  })

  it('fails when a marker is missing', () => {
    expect(() => betweenMarks('no marks', 'calls', 'x')).toThrow(/does not contain the markers/)
  })
})

describe('the calculation', () => {
  it('of a quick read matches a manual calculation', () => {
    const usd = Object.fromEntries(
      callCosts(1_000_000, { seconds: 0.06, memoryMb: 512 }).map(line => [line.what, line.usd]),
    )
    expect(usd).toMatchObject({
      gateway: 3.5,
      'function, requests': 0.2,
      'function, time': expect.closeTo(0.06 * 0.5 * 13.3334, 6),
      'table, the connector’s record': 0.125,
    })
  })

  it('of the fixed costs matches a manual calculation', () => {
    expect(totalUsd(fixedCosts(STAGES.default))).toBeCloseTo(0.4 + 11 * 0.1 + 3)
    expect(totalUsd(fixedCosts(STAGES.production))).toBeCloseTo(0.4 + 12 * 0.1 + 3 + 5 + 2 + 1)
  })

  it('is proportional to calls and seconds', () => {
    const kind = { seconds: 3, memoryMb: 512, waitedSeconds: 2, waf: true }
    expect(totalUsd(callCosts(2000, kind))).toBeCloseTo(2 * totalUsd(callCosts(1000, kind)), 10)
    const longer =
      totalUsd(callCosts(1_000_000, { ...kind, seconds: 4 })) - totalUsd(callCosts(1_000_000, kind))
    expect(longer).toBeCloseTo(priceOf('lambdaGbSecond', 500_000), 6)
  })
})

describe('the assumptions', { timeout: 60_000 }, () => {
  it('match the templates of the two stages', () => {
    for (const name of ['default', 'production'] as const) {
      const found = synthesize(JSON.parse(readFileSync(`stages/${name}.json`, 'utf8')), name)
      expect([name, Object.keys(found.ofType('AWS::CloudWatch::Alarm')).length]).toEqual([
        name,
        STAGES[name].alarms,
      ])
      expect(Object.keys(found.ofType('AWS::CloudWatch::Dashboard')).length).toBe(
        STAGES[name].dashboard ? 1 : 0,
      )
      expect(Object.keys(found.ofType('AWS::KMS::Key')).length).toBe(STAGES[name].customerKey ? 1 : 0)
      const rules = Object.values(found.ofType('AWS::WAFv2::WebACL')).map(
        ({ Properties }) => Properties.Rules,
      )
      expect(rules.flat().length).toBe(STAGES[name].waf ? WAF_RULES : 0)
    }
  })

  it('match the log volume of a call within 10 %', async () => {
    const stage = synthesize({})
    const PER_EVENT_BYTES = 26
    const size = (line: unknown) => Buffer.byteLength(JSON.stringify(line)) + PER_EVENT_BYTES
    const requestId = '5f0e6c2f-5a1b-4d7c-9e8f-001122334455'
    const [call] = await linesOfCall(stage, 'ok')
    const real = { ...call, request_id: requestId, client: 'openai-mcp 1.0.0', account_id: 'acme' }
    const start = {
      time: '2026-11-22T12:00:00.000Z',
      type: 'platform.start',
      record: { requestId, version: '12' },
    }
    const access = Object.fromEntries(Object.keys(ACCESS_LOG_FIELDS).map(name => [name, ACCESS_SAMPLE[name]]))
    expect(Object.values(access)).not.toContain(undefined)
    const within = (value: number, assumed: number) => expect(Math.abs(value / assumed - 1)).toBeLessThan(0.1)
    within(size(real), LOG_BYTES.call)
    within(size(start) + size({ ...reportLine(undefined), ...REPORT_MORE(requestId) }), LOG_BYTES.lambda)
    within(size(access), LOG_BYTES.access)
  })

  it('match the number of metrics that calls produce', async () => {
    const stage = synthesize({})
    const lines = [...(await linesOfCall(stage, 'ok')), reportLine(600)]
    const errors = await linesOfCall(stage, 'error')
    const names = new Set(metricsFrom(stage, [...lines, ...errors], 0).map(nameOf))
    const having = (dimension: string) => [...names].filter(name => name.includes(`{${dimension}=`)).length
    expect([...names].filter(name => !name.includes('{')).length).toBe(METRICS_OF_ALL_CALLS)
    expect([having('tool'), having('connector_id'), having('outcome')]).toEqual([
      METRICS_OF_A_TOOL,
      METRICS_OF_A_CONNECTOR,
      2,
    ])
    expect(metricsUsd({ tools: 10, connectors: 5, busyHours: 730 })).toBeCloseTo((6 + 6 + 20 + 5) * 0.3)
  })
})

/** A request as API Gateway logs it. */
const ACCESS_SAMPLE: Record<string, string> = {
  request_id: '5f0e6c2f-5a1b-4d7c-9e8f-001122334455',
  extended_request_id: 'UIsOEGd2DoEEPzQ=',
  time_epoch_ms: '1795352400000',
  method: 'POST',
  resource_path: '/mcp/{token}',
  status: '200',
  error_type: '-',
  latency_ms: '78',
  integration_status: '200',
  integration_latency_ms: '74',
  time_to_first_content_ms: '70',
  transfer_mode: 'STREAM',
  response_bytes: '2481',
  source_ip: '203.0.113.77',
  tls_version: 'TLSv1.3',
}

const REPORT_MORE = (requestId: string) => ({
  record: {
    requestId,
    status: 'success',
    metrics: { durationMs: 72.114, billedDurationMs: 73, memorySizeMB: 512, maxMemoryUsedMB: 98 },
  },
})
