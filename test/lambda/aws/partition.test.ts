/** Our table of partitions against the data in AWS's SDK, for every region that the SDK knows. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { partitionOf } from '../../../lambda/aws/partition.ts'
import { parseStageConfig } from '../../../lib/stage/stage-config.ts'

/** The SDK exports no part of it by itself. */
const FILE = '@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js'
const text = readFileSync(path.resolve(import.meta.dirname, '../../../node_modules', FILE), 'utf8')
const { partitions } = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as {
  partitions: { id: string; outputs: { dnsSuffix: string }; regions: Record<string, unknown> }[]
}
const regions = partitions.flatMap(({ id, outputs, regions: named }) =>
  Object.keys(named).map(region => [region, { name: id, dnsSuffix: outputs.dnsSuffix }] as const),
)
const isGlobal = (region: string) => region.endsWith('-global')

test('every region of the SDK has the SDK’s partition and suffix', () => {
  const known = regions.filter(([region]) => !isGlobal(region))
  expect(known.length).toBeGreaterThan(35)
  for (const [region, partition] of known) expect(partitionOf(region)).toMatchObject(partition)
})

test('every region of the SDK can be the region of a stage', () => {
  for (const [region] of regions.filter(([region]) => !isGlobal(region)))
    expect(parseStageConfig('test', { region }, 'test').region).toBe(region)
})
