/**
 * `npm run bench:peers -- --harness DIR [--node BINARY] [--cold 11 --warm 1600 --rounds 4] [--write]`: measures the MCP
 * function's bundle beside hand-written peers, with a harness that is not part of this project: its `product.sh` takes the
 * bundle. `--write` writes the table to `docs/performance.md`.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { betweenMarks } from '../scripts/between-marks.ts'
import { type HarnessRow, OURS, peerTable, type Run } from './peers/peer-report.ts'

const ROOT = path.join(import.meta.dirname, '..')
const DOCUMENT = path.join(ROOT, 'docs/performance.md')
const BUNDLE = path.join(ROOT, 'dist/lambda/mcp/index.cjs')
const WRITE_COMMAND = 'npm run bench:peers -- --harness DIR --write'
/** Of the harness: what decides a measurement. */
const HASHED = /^(?:bench\.mjs|product\.sh|same\.mjs|(?:lib|peers)\/.*)$/

function main(): void {
  const { values } = parseArgs({
    options: {
      harness: { type: 'string' },
      node: { type: 'string', default: process.execPath },
      cold: { type: 'string', default: '11' },
      warm: { type: 'string', default: '1600' },
      rounds: { type: 'string', default: '4' },
      write: { type: 'boolean', default: false },
    },
  })
  if (values.harness === undefined) throw new Error('--harness DIR names the folder of the harness')
  const harness = path.resolve(values.harness)
  const [busy = 0] = os.loadavg()
  const counts = ['--cold', values.cold, '--warm', values.warm, '--rounds', values.rounds]
  const measure = (peers: string, more: string[]) =>
    run(harness, peers, ['--node', values.node, ...counts, ...more])
  const fullCore = measure('floor,hand-T-all,hand-ddb-http-sigv4', [])
  const small = measure('floor-http', ['--memory', '512', '--tls'])
  const version = spawnSync(values.node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  const setting = `Node ${version}, ${os.availableParallelism()} cores, load average ${busy.toFixed(1)} before, ${values.cold} cold starts, ${values.warm} warm messages of each kind in ${values.rounds} processes, the default tool list, log level info; harness ${digest(harness).slice(0, 12)}.`
  const text = `${setting}\n\n${peerTable({ fullCore, small })}`
  console.log(text)
  if (values.write)
    writeFileSync(DOCUMENT, betweenMarks(readFileSync(DOCUMENT, 'utf8'), 'peers', text, WRITE_COMMAND))
}

/** One run of the harness. @throws Error with its output when it fails */
function run(harness: string, peers: string, options: string[]): Run {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gumloop-mcp-peers-'))
  try {
    const out = path.join(folder, 'out')
    const args = [out, `${OURS}=${BUNDLE}`, 'essentials', '--env', 'LOG_LEVEL=info', ...options]
    const { status, stdout, stderr } = spawnSync(path.join(harness, 'product.sh'), args, {
      env: { ...process.env, PEERS: peers },
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`the harness failed:\n${stdout}${stderr}`)
    const { rows }: { rows: HarnessRow[] } = JSON.parse(readFileSync(`${out}.json`, 'utf8'))
    return new Map(rows.map(row => [row.name, row]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One SHA-256 over the files of the harness, so that two results can be compared. */
function digest(harness: string): string {
  const hash = createHash('sha256')
  const files = readdirSync(harness, { recursive: true, encoding: 'utf8' }).filter(file => HASHED.test(file))
  for (const file of files.toSorted()) {
    try {
      hash.update(`${file}\0`).update(readFileSync(path.join(harness, file)))
    } catch {
      // A folder.
    }
  }
  return hash.digest('hex')
}

try {
  main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
