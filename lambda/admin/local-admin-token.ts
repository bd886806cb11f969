/**
 * The administrator token of a local server: an ordinary API token with the scope `admin`, whose text lies in a file
 * that only its owner can read, so that the command line beside it finds it.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { authenticateAdmin } from '../auth/authenticate-admin.ts'
import type { Table } from '../aws/table-access.ts'
import type { Clock } from '../shared/clock.ts'
import type { ApiTokenAdmin } from './api-token-admin.ts'

const OWNER_ONLY = 0o600

/**
 * Makes sure that the file holds a token that works on this table; writes a new one where it does not (first start, a
 * new table, revoked). Gives back the token and whether it is new. Throws what the file system says.
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
  const written = readToken(file)
  const known = written === '' ? undefined : await authenticateAdmin(`Bearer ${written}`, now(), { table })
  if (known !== undefined) {
    // A copied or restored folder may have lost its modes.
    chmodSync(file, OWNER_ONLY)
    return { token: written, isNew: false }
  }
  const { token } = await apiTokens.create({ name: 'local command line', scopes: ['admin'] }, 'local-server')
  mkdirSync(dirname(file), { recursive: true })
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
