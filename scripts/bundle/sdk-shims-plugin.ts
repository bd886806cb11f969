/**
 * Puts our stand-ins where the MCP SDK asks for something heavy: its zod, its JSON Schema validator, and the
 * globals `Request`, `Response` and `Headers`; and leaves out what it has and we never call. Why, and what
 * stand-ins may not do: the files in `lambda/sdk-shims/`. Only the SDK and the one file of ours that talks to
 * its transports get them; all other code in a bundle (the admin API, say) keeps the real things.
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { build, type Plugin } from 'esbuild'

const ROOT = path.join(import.meta.dirname, '../..')
const shim = (file: string) => path.join(ROOT, 'lambda/sdk-shims', file)

const SDK_FILE = /[\\/]node_modules[\\/]@modelcontextprotocol[\\/](server|core)[\\/].*\.mjs$/
const EXCHANGE_FILE = path.join(ROOT, 'lambda/mcp/sdk-exchange.ts')

/** What the SDK imports → what it gets. */
const IMPORTS: [RegExp, string][] = [
  [/^zod\/v4$/, shim('zod-v4.ts')],
  [/^@modelcontextprotocol\/server\/_shims$/, shim('json-schema-validator.ts')],
]

/**
 * Parts of the SDK that the bundler cannot see to be unused, by the names that the SDK's own build wrote into its
 * files; each with what takes its place.
 */
const CUTS: [region: string, replacement: string][] = [
  // Checks of single values by type name: 340 objects and functions made at every load.
  ['../core-internal/src/types/specTypeSchema.ts', 'const specTypeSchemas = {}, isSpecType = {};'],
  // The high-level server, which is only asked whether something is one, and what it alone uses.
  ['src/server/mcp.ts', 'var McpServer = class {}, ResourceTemplate = class {};'],
  // The transport for 2025-era messages, in whose place we have our own.
  ['src/server/streamableHttp.ts', 'var WebStandardStreamableHTTPServerTransport = class {};'],
]

export const sdkShimsPlugin: Plugin = {
  name: 'shims',
  setup(b) {
    for (const [filter, file] of IMPORTS) {
      b.onResolve({ filter }, ({ importer }) => (SDK_FILE.test(importer) ? { path: file } : undefined))
    }
    // In a namespace of its own, since the package's `"type": "module"` would make an ES module of it.
    b.onResolve({ filter: /^\.\/real-zod\.ts$/ }, () => ({ path: shim('real-zod.ts'), namespace: 'text' }))
    b.onLoad({ filter: /.*/, namespace: 'text' }, async ({ path: file }) => ({
      contents: await asText(file),
    }))

    const uncut = new Set(CUTS.map(([region]) => region))
    const webImport = `import { Headers, Request, Response } from ${JSON.stringify(shim('web.ts'))};`
    b.onLoad({ filter: /\.mjs$/ }, async ({ path: file }) => {
      if (!SDK_FILE.test(file)) return undefined
      let text = await readFile(file, 'utf8')
      for (const [region, replacement] of CUTS) {
        const from = text.indexOf(`//#region ${region}\n`)
        const to = text.indexOf('\n//#endregion', from)
        if (from === -1 || to === -1) continue
        text = text.slice(0, from) + replacement + text.slice(to)
        uncut.delete(region)
      }
      return { contents: `${webImport} ${text}` }
    })
    b.onLoad({ filter: /[\\/]sdk-exchange\.ts$/ }, async ({ path: file }) => {
      if (file !== EXCHANGE_FILE) return undefined
      return { contents: `${webImport} ${await readFile(file, 'utf8')}`, loader: 'ts' }
    })
    b.onEnd(({ metafile, errors }) => {
      const isUsed =
        errors.length === 0 &&
        metafile &&
        Object.keys(metafile.inputs).some(file => SDK_FILE.test(`/${file}`))
      if (!isUsed || uncut.size === 0) return undefined
      return {
        errors: [{ text: `The SDK has no ${[...uncut].join(', ')} any more: see CUTS in shims-plugin.ts` }],
      }
    })
  },
}

/**
 * A module that holds `file`, with all it imports, as a text, and compiles it when it is first required: V8 reads a
 * text much faster than it parses code, and this is code that runs once in a while, for an invalid message.
 */
async function asText(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
  })
  const name = JSON.stringify(path.basename(file))
  return `const { compileFunction } = require('node:vm');
    compileFunction(${JSON.stringify(outputFiles[0]?.text)}, ['module', 'exports'], { filename: ${name} })(module, exports);`
}
