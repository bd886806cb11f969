/**
 * `npm run bench [-- --cold 15 --warm 1500 --out FILE]`: what the built MCP function costs beside a handler that only
 * forwards, on this machine, as ratios. Builds the function first; needs nothing but this checkout. See README.md.
 */
import { statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from '../scripts/bundle/lambda-bundle.ts'
import { compileCatalog } from '../scripts/catalog/compile-catalog.ts'
import { compare, type Row, type Sample, table } from './compare.ts'
import { type Era, eventsOf } from './events.ts'
import { type FakeServices, startFakeServices } from './fake-services.ts'
import { LambdaEnvironment } from './lambda-environment.ts'

const ROOT = path.join(import.meta.dirname, '..')
const OURS = path.join(ROOT, 'dist/lambda/mcp/index.cjs')
const FLOOR = path.join(ROOT, 'bench/bare-forwarder.cjs')

/** Environments in which warm calls are made too, after as many calls again that are not counted. */
const WARM_ENVIRONMENTS = 3

const SUBJECTS: { name: string; file: string; era: Era }[] = [
  { name: 'bare forwarder', file: FLOOR, era: '2025' },
  { name: 'MCP function, 2025 messages', file: OURS, era: '2025' },
  { name: 'MCP function, 2026 messages', file: OURS, era: '2026' },
]

async function measureOne(
  file: string,
  era: Era,
  services: FakeServices,
  warmCalls: number,
): Promise<Sample> {
  const { call, list } = eventsOf(era, services.token)
  const environment = await LambdaEnvironment.start(file, services.environment)
  try {
    const { ms: firstCallMs, answer } = await environment.invoke(call)
    if (answer.statusCode !== 200)
      throw new Error(`The first call was answered ${answer.statusCode} ${answer.body}`)
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

/** The handlers in turn, so that a slow moment of the machine meets them all. */
async function measure(coldStarts: number, warmCalls: number): Promise<Row[]> {
  const services = await startFakeServices()
  const samples = SUBJECTS.map((): Sample[] => [])
  try {
    for (let round = 0; round < coldStarts; round += 1) {
      for (const [index, { file, era }] of SUBJECTS.entries()) {
        const warm = round < WARM_ENVIRONMENTS ? warmCalls : 0
        samples[index]?.push(await measureOne(file, era, services, warm))
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
await bundle({ entry: path.join(ROOT, 'lambda/handlers/mcp.ts'), outfile: OURS, kind: 'mcp' })
const rows = await measure(Number(values.cold), Number(values.warm))
console.log(table(rows))
console.log(`\nNode ${process.version}, medians. Cold: process start to the first tools/call answered.`)
if (values.out !== undefined) {
  writeFileSync(values.out, `${JSON.stringify({ node: process.version, rows }, null, 2)}\n`)
}
