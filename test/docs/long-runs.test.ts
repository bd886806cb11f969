import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Item } from '../../lambda/aws/attribute-value.ts'
import { findTool, toolIndex } from '../../lambda/catalog/catalog.ts'
import type { ReturnAfterSilence } from '../../lambda/connectors/connector-use.ts'
import { WATCH_LIMIT_HOURS_DEFAULT } from '../../lambda/runs/runs.ts'
import { MAX_WAIT_SECONDS_DEFAULT, WAIT_SECONDS_WITHOUT_PROGRESS } from '../../lambda/runs/wait-limit.ts'
import { toCompletionEvent } from '../../lambda/runs/watch/completion-event.ts'
import type { CompletionEvent } from '../../lambda/runs/watch/watch.ts'
import { watchFromItem, watchToItem } from '../../lambda/runs/watch/watch-item.ts'
import { RETURN_EVENT, RUN_EVENT, SILENCE_DAYS } from '../../lambda/shared/names.ts'
import { withLongRunsTables } from '../../scripts/runs/long-runs-document.ts'
import { waitCost } from '../../scripts/runs/wait-cost.ts'
import { type LongRunsServer, ok, startLongRuns } from '../support/long-runs.ts'
import type { Json } from '../support/mcp-server.ts'

const page = readFileSync('docs/long-runs.md', 'utf8')
const protocol = readFileSync('docs/protocol.md', 'utf8')
const schema = readFileSync('docs/storage-schema.md', 'utf8')
const jsonOf = (text: string): Json => JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '')
const example = (heading: string): Item => jsonOf(schema.slice(schema.indexOf(`## ${heading}\n`)))
const event = jsonOf(page)
const operations = readFileSync('docs/operations.md', 'utf8')
const returned = jsonOf(operations.slice(operations.indexOf('connector_used_after_silence')))

test('the catalog shows the wait that a call without wait_seconds gets', () => {
  const shown = toolIndex().flatMap(({ name }) => {
    const { wait_seconds } = findTool(name)?.definition.inputSchema.properties ?? {}
    return name.startsWith('wait_for_') ? [wait_seconds?.default] : []
  })
  expect(shown).toEqual([WAIT_SECONDS_WITHOUT_PROGRESS, WAIT_SECONDS_WITHOUT_PROGRESS])
})

describe('the cost of a wait', () => {
  test('grows less than the length of the run', () => {
    const [short, minute, hour] = [waitCost(10), waitCost(60), waitCost(3600)]
    expect(short).toMatchObject({ polls: 11, transitions: 32 })
    expect(minute.polls).toBeLessThan(6 * short.polls)
    expect(hour.polls).toBeLessThan(60 * minute.polls)
    expect(hour.watchUsd).toBeLessThan(0.03)
  })
})

describe('docs/long-runs.md', () => {
  test('shows the transitions of the watch and the cost of a wait as in the code', () => {
    expect(withLongRunsTables(page)).toBe(page)
  })

  test('states the limits of the code', () => {
    expect(page).toContain(`| sends no progress token | ${WAIT_SECONDS_WITHOUT_PROGRESS} s |`)
    expect(protocol).toContain(`| a wait without a progress token | ${WAIT_SECONDS_WITHOUT_PROGRESS} s |`)
    expect(protocol).toContain(`\`maxWaitSeconds\`, ${MAX_WAIT_SECONDS_DEFAULT} s by default`)
    expect(page).toContain(`\`maxWaitSeconds\` of the stage (${MAX_WAIT_SECONDS_DEFAULT} s)`)
    expect(page).toContain(`\`runWatchHours\`, ${WATCH_LIMIT_HOURS_DEFAULT} by default`)
  })

  test('shows the event that is sent', () => {
    const watch = watchFromItem(example('Watched turn'))
    const sent: CompletionEvent = toCompletionEvent({
      ...watch,
      outcome: 'finished',
      endedAtMs: watch.beganAtMs,
    })
    expect([event.source, event['detail-type']]).toEqual([RUN_EVENT.source, RUN_EVENT.detailType])
    expect(Object.keys(event.detail).sort()).toEqual(Object.keys(sent).sort())
  })
})

test('docs/operations.md shows the event of a connector that is used again', () => {
  expect([returned.source, returned['detail-type']]).toEqual([RETURN_EVENT.source, RETURN_EVENT.detailType])
  const sent: Record<keyof ReturnAfterSilence, true> = {
    id: true,
    connector_id: true,
    connector_name: true,
    account_id: true,
    used_at: true,
    used_from: true,
    last_used_at: true,
    last_used_from: true,
    silent_days: true,
  }
  expect(Object.keys(returned.detail)).toEqual(Object.keys(sent))
  expect(returned.detail.silent_days).toBeGreaterThanOrEqual(SILENCE_DAYS)
})

describe.each([
  ['run-finished-to-slack', event, 'Security Audit Agent'],
  ['run-finished-to-email', event, 'Security Audit Agent'],
  ['connector-return-to-email', returned, 'Reporting for ChatGPT'],
])('docs/examples/%s.yaml', (name, event, words) => {
  // CloudFormation's tags, whose values do not matter here.
  const template: Json = parse(
    readFileSync(`docs/examples/${name}.yaml`, 'utf8').replaceAll(
      /!(GetAtt|Ref) (\S+?)([\],}]|\s)/g,
      '"$1 $2"$3',
    ),
  )
  const { EventPattern, Targets } = template.Resources.Rule.Properties
  const { InputPathsMap, InputTemplate } = Targets[0].InputTransformer

  test('matches the event', () => {
    expect(EventPattern.source).toEqual([event.source])
    expect(EventPattern['detail-type']).toEqual([event['detail-type']])
  })

  test('reads fields that exist, and produces valid JSON', () => {
    const known = { ...event, detail: { ...event.detail, run_id: 'run_1' } }
    const values = Object.entries<string>(InputPathsMap).map(([key, path]) => {
      const value = path
        .replace('$.', '')
        .split('.')
        .reduce<Json>((at, part) => at?.[part], known)
      expect(value, path).toBeDefined()
      return [key, String(value)] as const
    })
    const filled = values.reduce((text, [key, value]) => text.replaceAll(`<${key}>`, value), InputTemplate)
    expect(filled).not.toMatch(/<\w+>/)
    expect(JSON.stringify(JSON.parse(filled))).toContain(words)
  })

  test('refers only to its own resources', () => {
    const text = JSON.stringify(template)
    const named = [...text.matchAll(/"(?:GetAtt|Ref) (\w+)/g)].map(([, id]) => id ?? '')
    expect(named.length).toBeGreaterThan(1)
    const known = { ...template.Resources, ...template.Parameters }
    expect(named.filter(id => !(id in known))).toEqual([])
  })
})

describe('docs/storage-schema.md', () => {
  let server: LongRunsServer
  beforeAll(async () => {
    server = await startLongRuns()
  })
  afterAll(() => server.close())

  test('its example of a watched turn matches the code', () => {
    const { pk, sk, write_id, attempt_id, ...item } = example('Watched turn')
    expect([write_id, attempt_id]).toEqual([expect.any(String), expect.any(String)])
    expect(pk).toBe(`RUN#${item.watch_id}`)
    expect(sk).toBe('RUN')
    expect(watchToItem(watchFromItem(item))).toEqual(item)
  })

  test('documents every item of a run with all its attributes', async () => {
    const url = await server.connector()
    const { session_id } = await ok(url, 'create_a_gumloop_session', {
      agent_id: 'agt_security_audit',
      input: 'Take 1 hour.',
    })
    await ok(url, 'wait_for_gumloop_session', { session_id, wait_seconds: 1 })
    await ok(url, 'create_a_gumloop_session_message', { session_id, input: 'x' }).catch(() => undefined)
    await server.runs.tracking?.tasks.create({
      connectorId: 'c',
      tool: 'wait_for_gumloop_session',
      run: { kind: 'session', accountId: 'acme', generation: 'owner-key', id: session_id },
      watchId: 'w',
      createdAtMs: 1,
      cancelledAtMs: null,
      closedJson: null,
      extra: {},
    })
    const dump: Json[] = JSON.parse(await server.dynalite.dump())
    const headings: Record<string, string> = {
      RUN: 'Watched turn',
      RUN_POINTER: 'Run pointer',
      START: 'Start',
      TASK: 'Task',
    }
    const items = dump.filter(item => item.sk.S in headings)
    expect(new Set(items.map(item => item.sk.S))).toEqual(new Set(Object.keys(headings)))
    for (const item of items) {
      const described = Object.keys(example(headings[item.sk.S] ?? ''))
      expect(described, item.sk.S).toEqual(expect.arrayContaining(Object.keys(item)))
    }
  })
})
