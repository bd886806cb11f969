import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startFakeServices } from '../../bench/fake-services.ts'
import { eventsOf, type ProtocolVersion } from '../../bench/gateway-events.ts'
import { type HandlerAnswer, LambdaEnvironment } from '../../bench/lambda-environment.ts'
import { bundle } from '../../scripts/bundle/lambda-bundle.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-bundle-'))
const outfile = path.join(folder, 'index.cjs')
const services = await startFakeServices()
const { bytes } = await bundle({ entry: path.join(ROOT, 'lambda/handlers/mcp.ts'), outfile, kind: 'mcp' })

afterAll(() => {
  services.close()
  rmSync(folder, { recursive: true })
})

function resultOf({ statusCode, body }: HandlerAnswer): unknown {
  return { statusCode, ...JSON.parse(body) }
}

describe('the built MCP function', () => {
  it('is smaller than 720 KB', () => {
    expect(bytes).toBeGreaterThan(100_000)
    expect(bytes).toBeLessThan(720 * 1024)
  })

  it.each<[ProtocolVersion, object]>([
    ['2025-06-18', { protocolVersion: '2025-06-18' }],
    ['2026-07-28', { supportedVersions: ['2026-07-28'] }],
  ])('answers %s messages and loads neither undici nor zod', async (version, hello) => {
    const events = eventsOf(version, services.token)
    const environment = await LambdaEnvironment.start(outfile, services.environment)
    try {
      const greeting = await environment.invoke(events.hello)
      expect(resultOf(greeting.answer)).toMatchObject({ statusCode: 200, result: hello })
      const list = await environment.invoke(events.list)
      expect(resultOf(list.answer)).toMatchObject({ statusCode: 200, result: { tools: expect.any(Array) } })
      const call = await environment.invoke(events.call)
      expect(resultOf(call.answer)).toMatchObject({
        statusCode: 200,
        result: { structuredContent: { session_id: 'ses_8fj2Kd0', state: 'completed' } },
      })
      expect(await environment.settled()).toMatchObject({ loadedUndici: false, loadedZod: false })
    } finally {
      environment.stop()
    }
  })

  it('is checked by a probe that detects both', async () => {
    const probe = path.join(folder, 'probe.cjs')
    const touch = `new Response(''); require(${JSON.stringify(path.join(ROOT, 'node_modules/zod'))})`
    writeFileSync(probe, `exports.handler = async () => { ${touch}; return { statusCode: 200, body: '' } }`)
    const environment = await LambdaEnvironment.start(probe, {})
    try {
      const { answer } = await environment.invoke({})
      expect(answer).toEqual({ statusCode: 200, body: '' })
      expect(await environment.settled()).toMatchObject({ loadedUndici: true, loadedZod: true })
    } finally {
      environment.stop()
    }
  })
})
