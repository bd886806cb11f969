/**
 * Puts our stand-ins where the MCP SDK asks for something heavy: its zod, its JSON Schema validator, and the
 * globals `Request`, `Response` and `Headers`. Why, and what they may not do: the files in `lambda/mcp/standins/`.
 * Only the SDK and the one file of ours that talks to its transports get them; all other code in a bundle (the
 * admin API, say) keeps the real things.
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Plugin } from 'esbuild'

const ROOT = path.join(import.meta.dirname, '../..')
const standin = (file: string) => path.join(ROOT, 'lambda/mcp/standins', file)

const SDK_FILE = /[\\/]node_modules[\\/]@modelcontextprotocol[\\/](server|core)[\\/].*\.mjs$/
const EXCHANGE_FILE = path.join(ROOT, 'lambda/mcp/sdk-exchange.ts')

/** What the SDK imports → what it gets. */
const IMPORTS: [RegExp, string][] = [
  [/^zod\/v4$/, standin('zod-v4.ts')],
  [/^@modelcontextprotocol\/server\/_shims$/, standin('json-schema-validator.ts')],
]

export const standinsPlugin: Plugin = {
  name: 'standins',
  setup(build) {
    for (const [filter, file] of IMPORTS) {
      build.onResolve({ filter }, ({ importer }) => (SDK_FILE.test(importer) ? { path: file } : undefined))
    }
    const webImport = `import { Headers, Request, Response } from ${JSON.stringify(standin('web.ts'))};`
    build.onLoad({ filter: /\.(mjs|ts)$/ }, async ({ path: file }) => {
      const isSdk = SDK_FILE.test(file)
      if (!isSdk && file !== EXCHANGE_FILE) return undefined
      // On the first line, so that positions in errors stay right.
      return { contents: `${webImport} ${await readFile(file, 'utf8')}`, loader: isSdk ? 'js' : 'ts' }
    })
  },
}
