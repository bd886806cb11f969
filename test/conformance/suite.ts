/** Runs the official suite against a URL and reads the result of each check. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'yaml'

/** One release line of the suite for one protocol version. Release 0.1 covers versions up to 2025-11-25. */
export interface Suite {
  name: string
  version: string
  args: string[]
}

const installed = (line: string) => path.join(import.meta.dirname, 'node_modules', `conformance-${line}`)

function suite(line: string, name: string, args: string[]): Suite & { line: string } {
  const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'package-lock.json'), 'utf8'))
    .packages[`node_modules/conformance-${line}`]
  return { line, name, version, args }
}

export const SUITES = [
  suite('0.2', '2026-07-28', ['--requirements', '2026-07-28']),
  suite('0.2', '2025-11-25', ['--requirements', '2025-11-25']),
  suite('0.1', '0.1 line', ['--suite', 'all']),
]

/** The scenarios for servers, from the suite's list for a protocol version; undefined for a suite without a list. */
export function requiredScenarios(revision: string): string[] | undefined {
  const file = path.join(installed('0.2'), 'requirements', `${revision}.yaml`)
  return existsSync(file) ? parse(readFileSync(file, 'utf8')).server : undefined
}

export type Verdict = 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'

/** `scenario:check` → its worst verdict, since an ID can occur several times in one scenario. */
export type Verdicts = Map<string, Verdict>

const WORST_FIRST: Verdict[] = ['FAILURE', 'WARNING', 'SKIPPED', 'SUCCESS', 'INFO']

/** @throws when the suite did not finish */
export async function runSuite({ line, args }: (typeof SUITES)[number], url: string): Promise<Verdicts> {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 22) throw new Error(`The suite needs Node 22 or newer; this is ${process.version}.`)
  const folder = mkdtempSync(path.join(tmpdir(), 'conformance-'))
  try {
    const output = await run([
      `${installed(line)}/dist/index.js`,
      'server',
      '--url',
      url,
      ...args,
      '-o',
      folder,
    ])
    if (!output.includes('=== SUMMARY ==='))
      throw new Error(`the suite stopped early: ${output.slice(-2000)}`)
    return readVerdicts(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Ignores the exit code, which only reports that a check failed. */
function run(args: string[]): Promise<string> {
  return new Promise(resolve =>
    execFile(process.execPath, args, { maxBuffer: 50_000_000 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    ),
  )
}

function readVerdicts(folder: string): Verdicts {
  const verdicts: Verdicts = new Map()
  for (const run of readdirSync(folder).sort()) {
    const scenario = run.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT[\dZ-]+$/, '')
    const checks: { id: string; status: Verdict }[] = JSON.parse(
      readFileSync(path.join(folder, run, 'checks.json'), 'utf8'),
    )
    for (const { id, status } of checks) {
      const key = `${scenario}:${id}`
      const before = verdicts.get(key)
      if (before === undefined || WORST_FIRST.indexOf(status) < WORST_FIRST.indexOf(before))
        verdicts.set(key, status)
    }
  }
  return verdicts
}
