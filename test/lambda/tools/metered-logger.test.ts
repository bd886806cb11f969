import { describe, expect, test } from 'vitest'
import { toolIndex } from '../../../lambda/catalog/catalog.ts'
import { createLogger, type LogFields } from '../../../lambda/shared/logger.ts'
import { MAX_METERED_CONNECTORS, meteredLogger } from '../../../lambda/tools/metered-logger.ts'
import { dataPointsOf, nameOf } from '../../support/embedded-metrics.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12)
const CALL: LogFields = {
  connector_id: 'k3v9q0c2m7x1b8zd',
  account_id: 'acme',
  tool: 'list_all_gumloop_agents',
  outcome: 'ok',
  duration_ms: 120,
  upstream_calls: 1,
  upstream_ms: 90,
  client: 'someone 1.0',
}

/** Parsed lines of a metered logger in the stack `Stack`. */
function meter(by: string[]) {
  const lines: Record<string, unknown>[] = []
  const plain = createLogger('info', line => lines.push(JSON.parse(line)))
  const logger = meteredLogger(plain, { namespace: 'Stack', by }, () => NOW_MS)
  return { lines, logger }
}

/** Metric → value, over all logged lines. */
function metricsOf(lines: unknown[]) {
  return Object.fromEntries(lines.flatMap(dataPointsOf).map(point => [nameOf(point), point.value]))
}

describe('the line of a call', () => {
  test('contains totals, and metrics by tool, outcome and connector', () => {
    const { lines, logger } = meter(['tool', 'connector'])
    logger.info('tool_call', CALL)
    expect(metricsOf(lines)).toEqual({
      failed: 0,
      'failed{outcome=ok}': 0,
      'failed{tool=list_all_gumloop_agents}': 0,
      'failed{connector_id=k3v9q0c2m7x1b8zd}': 0,
      duration_ms: 120,
      'duration_ms{tool=list_all_gumloop_agents}': 120,
      upstream_failed: 0,
      upstream_ms: 90,
    })
    expect(lines).toEqual([
      {
        timestamp: expect.any(String),
        level: 'info',
        event: 'tool_call',
        ...CALL,
        failed: 0,
        upstream_failed: 0,
        _aws: expect.anything(),
      },
    ])
    expect(dataPointsOf(lines[0])[0]).toMatchObject({ namespace: 'Stack', atMs: NOW_MS })
  })

  test('contains only totals if the stage disables the rest', () => {
    const { lines, logger } = meter([])
    logger.info('tool_call', { ...CALL, upstream_calls: 0, upstream_ms: 0 })
    expect(metricsOf(lines)).toEqual({
      failed: 0,
      'failed{outcome=ok}': 0,
      duration_ms: 120,
      upstream_failed: 0,
    })
  })

  test.each([
    ['ok', 0, 0],
    ['task', 0, 0],
    ['invalid_arguments', 1, 0],
    ['rate_limited', 1, 0],
    ['credentials_refused', 1, 0],
    ['upstream_unavailable', 1, 1],
    ['upstream_timeout', 1, 1],
    ['upstream_invalid', 1, 1],
  ])('with outcome %s counts as failed %i, as an error of Gumloop %i', (outcome, failed, upstreamFailed) => {
    const { lines, logger } = meter([])
    logger.info('tool_call', { ...CALL, outcome })
    expect(metricsOf(lines)).toMatchObject({
      failed,
      [`failed{outcome=${outcome}}`]: failed,
      upstream_failed: upstreamFailed,
    })
  })
})

describe('the number of metrics is limited', () => {
  test('connectors beyond the limit count in totals only', () => {
    const { lines, logger } = meter(['connector'])
    const id = (n: number) => `c${String(n).padStart(15, '0')}`
    for (let n = 0; n < 3 * MAX_METERED_CONNECTORS; n++)
      logger.info('tool_call', { ...CALL, connector_id: id(n) })
    logger.info('tool_call', { ...CALL, connector_id: id(0) })
    const points = lines.flatMap(dataPointsOf)
    const byConnector = points.filter(({ dimensions }) => 'connector_id' in dimensions)
    expect(new Set(byConnector.map(nameOf)).size).toBe(MAX_METERED_CONNECTORS)
    expect(byConnector.length).toBe(MAX_METERED_CONNECTORS + 1)
    expect(points.filter(point => nameOf(point) === 'failed').length).toBe(lines.length)
  })

  test('only tool, outcome and connector are dimensions', () => {
    const { lines, logger } = meter(['tool', 'connector', 'client', 'request_id'])
    logger.info('tool_call', CALL)
    const names = new Set(lines.flatMap(dataPointsOf).flatMap(({ dimensions }) => Object.keys(dimensions)))
    expect([...names].sort()).toEqual(['connector_id', 'outcome', 'tool'])
    expect(toolIndex().length).toBeLessThan(150)
  })
})

test('does not change other lines, nor lines of a logger without metrics', () => {
  const { lines, logger } = meter(['tool'])
  logger.info('something_else', { a: 1 })
  logger.error('tool_call_failed', { tool: 'list_all_gumloop_agents' })
  expect(lines.flatMap(dataPointsOf)).toEqual([])
  expect(lines.map(line => Object.keys(line))).toEqual([
    ['timestamp', 'level', 'event', 'a'],
    ['timestamp', 'level', 'event', 'tool'],
  ])
})
