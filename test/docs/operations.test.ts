/** docs/operations.md and docs/upgrading.md list all metrics, saved queries, log groups and settings. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CALL_METRIC } from '../../lambda/shared/names.ts'
import { QUERIES } from '../../lib/operations/log-lines.ts'
import { stackNames } from '../../lib/stage/stack-names.ts'
import { STAGE_SETTINGS } from '../../lib/stage/stage-config.ts'
import { metricFilters } from '../lib/operations/log-samples.ts'
import { synthesize } from '../lib/synthesized-stage.ts'

const page = readFileSync('docs/operations.md', 'utf8')
const upgrading = readFileSync('docs/upgrading.md', 'utf8')

/** The rows of the table below a heading, as arrays of cells. */
function rowsBelow(text: string, heading: string): string[][] {
  const [, part = ''] = text.split(`\n## ${heading}\n`)
  const [own = ''] = part.split('\n## ')
  const rows = own.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| ---'))
  return rows.slice(1).map(row => row.split(' | ').map(cell => cell.replace(/^\| | \|$/g, '')))
}

describe('docs/operations.md', () => {
  test('lists every metric', () => {
    const counted = metricFilters(synthesize({})).map(({ name }) => name)
    const documented = rowsBelow(page, 'Metrics').map(([name = '']) => name.replaceAll('`', ''))
    expect(documented.sort()).toEqual([...new Set([...Object.values(CALL_METRIC), ...counted])].sort())
  })

  test('lists every saved query and the log group it reads', () => {
    const source = {
      mcp: 'the MCP function',
      admin: 'administration',
      access: 'the gateway',
      poller: 'the poller',
    }
    expect(rowsBelow(page, 'Logs').slice(-Object.keys(QUERIES).length)).toEqual(
      Object.values(QUERIES).map(({ name, reads }) => [name, source[reads]]),
    )
  })

  test('lists every log group', () => {
    const groups = Object.values(stackNames('x')).filter(name => name.startsWith('/aws/'))
    for (const group of groups) expect(page).toContain(`\`${group.replace('GumloopMcp-x', 'STACK')}\``)
    expect(groups.length).toBe(6)
  })
})

test('docs/upgrading.md describes the effect of changing each setting', () => {
  const documented = rowsBelow(upgrading, 'What each kind of change does')
    .flatMap(([cell = '']) => [...cell.matchAll(/`(\w+)`/g)])
    .map(([, name]) => name)
  expect([...new Set(documented)].sort()).toEqual([...STAGE_SETTINGS].sort())
})
