/** The exchange as imported from its sources, and as bundled with and without the SDK shims. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Server } from '@modelcontextprotocol/server'
import { build } from 'esbuild'
import { exchange } from '../../../lambda/mcp/sdk-exchange.ts'
import { bundleOptions } from '../../../scripts/bundle/lambda-bundle.ts'

const ROOT = path.join(import.meta.dirname, '../../..')

export interface ExchangeVariant {
  exchange: typeof exchange
  Server: typeof Server
}

const imported: ExchangeVariant = { exchange, Server }

async function bundled(sdkShims: boolean): Promise<ExchangeVariant> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-exchange-'))
  const outfile = path.join(folder, 'exchange.cjs')
  const { entryPoints: _, ...options } = bundleOptions({ entry: '', outfile, kind: 'mcp', sdkShims })
  const contents = `
    export { exchange } from './lambda/mcp/sdk-exchange.ts'
    export { Server } from '@modelcontextprotocol/server'`
  try {
    await build({ ...options, stdin: { contents, resolveDir: ROOT } })
    return createRequire(import.meta.url)(outfile)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const VARIANTS: [name: string, ExchangeVariant][] = [
  ['imported', imported],
  ['bundled with SDK shims', await bundled(true)],
  ['bundled without SDK shims', await bundled(false)],
]
