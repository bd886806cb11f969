import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { damage, damaged, fitting, outcome } from './arbitrary-value.ts'
import { type Codec, loadSdk } from './sdk-schemas.ts'

const shim = await loadSdk('stand-in')
const real = await loadSdk('real')

/** One seed, so that a failure can be repeated; the law has to hold for any: `SEED=… RUNS=… npx vitest run …`. */
const settings = { seed: Number(process.env.SEED ?? 20260728), numRuns: Number(process.env.RUNS ?? 60) }
const changes = fc.oneof(fc.constant([]), fc.array(damage, { maxLength: 2 }))

/** The schema of that name over real zod; a renamed one fails here. */
function realSchema(name: string) {
  const schema = real.schemas.get(name)
  if (!schema) throw new Error(`The SDK has no schema ${name}`)
  return schema
}

describe('every schema of the SDK', () => {
  it('is known to the stand-in', () => {
    expect(real.schemas.size).toBeGreaterThan(400)
    expect([...shim.schemas.keys()]).toEqual([...real.schemas.keys()])
  })

  it.each([...real.schemas.keys()])('parses as over zod: %s', name => {
    const expected = realSchema(name)
    const actual = shim.schemas.get(name) ?? expected
    let accepted = 0
    fc.assert(
      fc.property(fitting(expected), changes, (value, damages) => {
        const sample = damages.reduce(damaged, value)
        const wanted = outcome(expected, sample)
        accepted += 'data' in wanted ? 1 : 0
        expect(outcome(actual, sample)).toEqual(wanted)
      }),
      settings,
    )
    expect(accepted).toBeGreaterThan(0)
  })
})

/** Messages of an era, by the SDK's own names for them. */
const MESSAGES = [
  ['initialize', 'InitializeRequestSchema', 'InitializeResultSchema'],
  ['ping', 'PingRequestSchema', 'EmptyResultSchema'],
  ['server/discover', 'DiscoverRequestSchema', 'DiscoverResultSchema'],
  ['tools/list', 'ListToolsRequestSchema', 'ListToolsResultSchema'],
  ['tools/call', 'CallToolRequestSchema', 'CallToolResultSchema'],
  ['resources/list', 'ListResourcesRequestSchema', 'ListResourcesResultSchema'],
  ['resources/templates/list', 'ListResourceTemplatesRequestSchema', 'ListResourceTemplatesResultSchema'],
  ['resources/read', 'ReadResourceRequestSchema', 'ReadResourceResultSchema'],
  ['prompts/list', 'ListPromptsRequestSchema', 'ListPromptsResultSchema'],
  ['prompts/get', 'GetPromptRequestSchema', 'GetPromptResultSchema'],
  ['completion/complete', 'CompleteRequestSchema', 'CompleteResultSchema'],
  ['logging/setLevel', 'SetLevelRequestSchema', 'EmptyResultSchema'],
  ['tasks/get', 'GetTaskRequestSchema', 'GetTaskResultSchema'],
  ['subscriptions/listen', 'SubscriptionsListenRequestSchema', 'SubscriptionsListenResultSchema'],
] as const
const NOTIFICATIONS = [
  ['notifications/initialized', 'InitializedNotificationSchema'],
  ['notifications/cancelled', 'CancelledNotificationSchema'],
  ['notifications/progress', 'ProgressNotificationSchema'],
  ['notifications/message', 'LoggingMessageNotificationSchema'],
  ['notifications/tools/list_changed', 'ToolListChangedNotificationSchema'],
  ['notifications/resources/updated', 'ResourceUpdatedNotificationSchema'],
] as const

describe.each(['2025-11-25', '2026-07-28'] as const)('the codec of %s', era => {
  const expected = real.codecs[era]
  const actual = shim.codecs[era]

  function agrees(schema: string, ask: (codec: Codec, value: unknown) => unknown): void {
    fc.assert(
      fc.property(fitting(realSchema(schema)), changes, (value, damages) => {
        const sample = damages.reduce(damaged, value)
        expect(ask(actual, sample)).toEqual(ask(expected, sample))
      }),
      settings,
    )
  }

  it.each(MESSAGES)('reads and checks %s as over zod', (method, request, result) => {
    agrees(request, (codec, value) => codec.validateRequest(method, value))
    agrees(result, (codec, value) => codec.validateResult(method, value))
    agrees(result, (codec, value) => outcomeOf(() => codec.decodeResult(method, value)))
  })

  it.each(NOTIFICATIONS)('reads %s as over zod', (method, notification) => {
    agrees(notification, (codec, value) => codec.validateNotification(method, value))
  })

  it('judges envelopes as over zod', () => {
    const envelope = '2026-07-28 RequestMetaEnvelopeSchema'
    agrees(envelope, (codec, value) => outcomeOf(() => codec.validateEnvelopeMeta(value)))
    agrees(envelope, (codec, value) => codec.checkInboundEnvelope({ envelope: value }))
  })
})

function outcomeOf(ask: () => unknown): unknown {
  try {
    return ask()
  } catch (thrown) {
    return String(thrown)
  }
}

describe('the guards of the SDK', () => {
  it.each(Object.keys(real.guards))('%s judges as over zod', guard => {
    const anyMessage = fc.oneof(
      ...[
        'JSONRPCMessageSchema',
        'InitializeRequestSchema',
        'InitializedNotificationSchema',
        'CallToolResultSchema',
      ].map(name => fitting(realSchema(name))),
    )
    let taken = 0
    fc.assert(
      fc.property(anyMessage, changes, (value, damages) => {
        const sample = damages.reduce(damaged, value)
        const verdict = real.guards[guard]?.(sample)
        taken += verdict ? 1 : 0
        expect(shim.guards[guard]?.(sample)).toBe(verdict)
      }),
      { ...settings, numRuns: settings.numRuns * 4 },
    )
    expect(taken).toBeGreaterThan(0)
  })
})
