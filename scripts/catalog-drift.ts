/**
 * `npm run catalog:drift -- [wheel]`: what Gumloop's Python SDK can do and the catalog cannot; without a wheel, the newest
 * from the package index. `--since OLDER_WHEEL` also lists the endpoints that are new since then; `--json` prints JSON.
 * Exit code 0: nothing is missing but the deliberate omissions; 1: something is; 2: the SDK cannot be read.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { CATALOG_FOLDER, readOpenApi } from './catalog/open-api.ts'
import { runCommand } from './catalog/run-command.ts'
import { compareWithSdk, newEndpoints, type Omission } from './drift/compare-with-sdk.ts'
import { driftText } from './drift/drift-text.ts'
import { readNewestWheel, readWheel } from './drift/sdk-surface.ts'

const OMISSIONS = path.join(import.meta.dirname, 'drift/omissions.json')

async function check(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      catalog: { type: 'string', default: CATALOG_FOLDER },
      omissions: { type: 'string', default: OMISSIONS },
      since: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const sdk = positionals[0] === undefined ? readNewestWheel() : readWheel(positionals[0])
  const older = values.since === undefined ? null : readWheel(values.since)
  const omissions: Omission[] = JSON.parse(readFileSync(values.omissions, 'utf8'))
  const drift = compareWithSdk(readOpenApi(values.catalog), sdk, omissions)
  const added = older === null ? null : { since: older.version, endpoints: newEndpoints(older, sdk) }
  console.log(values.json ? JSON.stringify({ ...drift, added }, null, 2) : driftText(drift, added))
  return drift.missing.length === 0 ? 0 : 1
}

await runCommand(check)
