import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { damage, damaged, fitting, outcome } from './arbitrary-value.ts'
import { type Codec, loadSdk } from './sdk-schemas.ts'

const shim = await loadSdk('shim')
const real = await loadSdk('real')

/** A fixed seed makes failures reproducible; try others with `SEED=… RUNS=… npx vitest run …`. */
const settings = { seed: Number(process.env.SEED ?? 20260728), numRuns: Number(process.env.RUNS ?? 60) }
const changes = fc.oneof(fc.constant([]), fc.array(damage, { maxLength: 2 }))

/** The schema on real zod. Fails for a renamed schema. */
function realSchema(name: string) {
  const schema = real.schemas.get(name)
  if (!schema) throw new Error(`The SDK has no schema ${name}`)
  return schema
}

describe('every schema of the SDK', () => {
  it('exists on the shim', () => {
    expect(real.schemas.size).toBeGreaterThan(400)
    expect([...shim.schemas.keys()]).toEqual([...real.schemas.keys()])
  })

  it.each([...real.schemas.keys()])('parses as with zod: %s', name => {
    const expected = realSchema(name)
    const actual = shim.schemas.get(name) ?? expected
    let accepted = 0
    fc.assert(
      fc.property(fitting(expected), changes, (value, damages) => {
        const sample = damages.reduce(damaged, value)
        const expectedOutcome = outcome(expected, sample)
        accepted += 'data' in expectedOutcome ? 1 : 0
        expect(outcome(actual, sample)).toEqual(expectedOutcome)
      }),
      settings,
    )
    expect(accepted).toBeGreaterThan(0)
  })
})

/** Messages of a protocol version, with the SDK's names. */
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

describe.each(['2025-11-25', '2026-07-28'] as const)('the codec of %s', version => {
  const expected = real.codecs[version]
  const actual = shim.codecs[version]

  function agrees(schema: string, run: (codec: Codec, value: unknown) => unknown): void {
    fc.assert(
      fc.property(fitting(realSchema(schema)), changes, (value, damages) => {
        const sample = damages.reduce(damaged, value)
        expect(run(actual, sample)).toEqual(run(expected, sample))
      }),
      settings,
    )
  }

  it.each(MESSAGES)('validates %s as with zod', (method, request, result) => {
    agrees(request, (codec, value) => codec.validateRequest(method, value))
    agrees(result, (codec, value) => codec.validateResult(method, value))
    agrees(result, (codec, value) => outcomeOf(() => codec.decodeResult(method, value)))
  })

  it.each(NOTIFICATIONS)('validates %s as with zod', (method, notification) => {
    agrees(notification, (codec, value) => codec.validateNotification(method, value))
  })

  it('validates envelopes as with zod', () => {
    const envelope = '2026-07-28 RequestMetaEnvelopeSchema'
    agrees(envelope, (codec, value) => outcomeOf(() => codec.validateEnvelopeMeta(value)))
    agrees(envelope, (codec, value) => codec.checkInboundEnvelope({ envelope: value }))
  })
})

function outcomeOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return String(error)
  }
}

describe('the guards of the SDK', () => {
  it.each(Object.keys(real.guards))('%s decides as with zod', guard => {
    const anyMessage = fc.oneof(
      ...[
        'JSONRPCMessageSchema',
        'InitializeRequestSchema',
        'InitializedNotificationSchema',
        'CallToolResultSchema',
      ].map(name => fitting(realSchema(name))),
    )
    let accepted = 0
    fc.assert(
      fc.property(anyMessage, changes, (value, damages) => {
        const sample = damages.reduce(damaged, value)
        const verdict = real.guards[guard]?.(sample)
        accepted += verdict ? 1 : 0
        expect(shim.guards[guard]?.(sample)).toBe(verdict)
      }),
      { ...settings, numRuns: settings.numRuns * 4 },
    )
    expect(accepted).toBeGreaterThan(0)
  })
})
