/** Bundles for tests that synthesize a stack and run none of its functions. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder with minimal bundles, so that no test needs a build. */
export function placeholderBundles(): string {
  const root = mkdtempSync(join(tmpdir(), 'gumloop-mcp-bundles-'))
  for (const name of ['mcp', 'admin', 'admin-api', 'poller']) {
    mkdirSync(join(root, name))
    writeFileSync(join(root, name, 'index.cjs'), 'exports.handler = async () => ({ statusCode: 200 })\n')
  }
  return root
}
