/**
 * `npm run bench [-- --cold 15 --warm 1500 --out FILE]`: compares the cost of the MCP function with a handler that
 * only forwards, and with the function built without SDK shims. Builds the functions first. See README.md.
 */
import { statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from '../scripts/bundle/lambda-bundle.ts'
import { compileCatalog } from '../scripts/catalog/compile-catalog.ts'
import { compare, type Row, type Sample, table } from './compare.ts'
import { type FakeServices, startFakeServices } from './fake-services.ts'
import { eventsOf, type ProtocolVersion } from './gateway-events.ts'
import { LambdaEnvironment } from './lambda-environment.ts'

const ROOT = path.join(import.meta.dirname, '..')
const OURS = path.join(ROOT, 'dist/lambda/mcp/index.cjs')
const WITHOUT_SHIMS = path.join(ROOT, 'dist/bench/mcp-without-shims.cjs')
const FLOOR = path.join(ROOT, 'bench/bare-forwarder.cjs')

/** The number of environments that also measure warm calls, after the same number of unmeasured ones. */
const WARM_ENVIRONMENTS = 3

const SUBJECTS: { name: string; file: string; version: ProtocolVersion }[] = [
  { name: 'bare forwarder', file: FLOOR, version: '2025-06-18' },
  { name: 'MCP function, 2025-06-18', file: OURS, version: '2025-06-18' },
  { name: 'MCP function, 2026-07-28', file: OURS, version: '2026-07-28' },
  { name: 'without shims, 2025-06-18', file: WITHOUT_SHIMS, version: '2025-06-18' },
  { name: 'without shims, 2026-07-28', file: WITHOUT_SHIMS, version: '2026-07-28' },
]

async function measureOne(
  file: string,
  version: ProtocolVersion,
  services: FakeServices,
  warmCalls: number,
): Promise<Sample> {
  const { call, list } = eventsOf(version, services.token)
  const environment = await LambdaEnvironment.start(file, services.environment)
  try {
    const { ms: firstCallMs, answer } = await environment.invoke(call)
    if (answer.statusCode !== 200)
      throw new Error(`The first call failed with ${answer.statusCode}: ${answer.body}`)
    const { cpuMicroseconds } = await environment.settled()
    const cold = { initMs: environment.initMs, firstCallMs, coldCpuMs: cpuMicroseconds / 1000 }
    if (warmCalls === 0) return cold
    for (const event of [list, call]) await environment.cpuOf(event, warmCalls)
    return {
      ...cold,
      listCpuMicroseconds: await environment.cpuOf(list, warmCalls),
      callCpuMicroseconds: await environment.cpuOf(call, warmCalls),
    }
  } finally {
    environment.stop()
  }
}

/** The handlers take turns, so that a slow phase of the machine affects all of them. */
async function measure(coldStarts: number, warmCalls: number): Promise<Row[]> {
  const services = await startFakeServices()
  const samples = SUBJECTS.map((): Sample[] => [])
  try {
    for (let round = 0; round < coldStarts; round += 1) {
      for (const [index, { file, version }] of SUBJECTS.entries()) {
        const warm = round < WARM_ENVIRONMENTS ? warmCalls : 0
        samples[index]?.push(await measureOne(file, version, services, warm))
      }
    }
  } finally {
    services.close()
  }
  return compare(
    SUBJECTS.map(({ name, file }, index) => ({
      name,
      sizeKb: statSync(file).size / 1024,
      samples: samples[index] ?? [],
    })),
  )
}

const { values } = parseArgs({
  options: {
    cold: { type: 'string', default: '15' },
    warm: { type: 'string', default: '500' },
    out: { type: 'string' },
  },
})
await compileCatalog()
const request = { entry: path.join(ROOT, 'lambda/handlers/mcp.ts'), kind: 'mcp' } as const
await bundle({ ...request, outfile: OURS })
await bundle({ ...request, outfile: WITHOUT_SHIMS, sdkShims: false })
const rows = await measure(Number(values.cold), Number(values.warm))
console.log(table(rows))
console.log(`\nNode ${process.version}, medians. Cold: from process start to the first tools/call response.`)
if (values.out !== undefined) {
  writeFileSync(values.out, `${JSON.stringify({ node: process.version, rows }, null, 2)}\n`)
}
