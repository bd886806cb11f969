/**
 * The administrator token of a local server: an ordinary API token with the scope `admin`, stored in a file that only
 * its owner can read, so that the command line on the same machine finds it.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { authenticateAdmin } from '../auth/authenticate-admin.ts'
import type { Table } from '../aws/table-access.ts'
import type { Clock } from '../shared/clock.ts'
import type { ApiTokenAdmin } from './api-token-admin.ts'

const OWNER_ONLY = 0o600

/**
 * Makes sure that the file contains a token that is valid on this table; writes a new one if not (first start, new
 * table, revoked token). Returns the token and whether it is new. Throws the errors of the file system.
 */
export async function ensureLocalAdminToken({
  file,
  table,
  apiTokens,
  now,
}: {
  file: string
  table: Table
  apiTokens: Pick<ApiTokenAdmin, 'create'>
  now: Clock
}): Promise<{ token: string; isNew: boolean }> {
  const stored = readToken(file)
  const known = stored === '' ? undefined : await authenticateAdmin(`Bearer ${stored}`, now(), { table })
  if (known !== undefined) {
    // A copied or restored folder may have lost its file modes.
    chmodSync(file, OWNER_ONLY)
    return { token: stored, isNew: false }
  }
  const { token } = await apiTokens.create({ name: 'local command line', scopes: ['admin'] }, 'local-server')
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, `${token}\n`, { mode: OWNER_ONLY })
  chmodSync(file, OWNER_ONLY)
  return { token, isNew: true }
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}
