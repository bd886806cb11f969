/**
 * An esbuild plugin that replaces heavy dependencies of the MCP SDK with the shims of `lambda/sdk-shims/` (see the
 * README there): zod, the JSON Schema validator, and the globals `Request`, `Response` and `Headers`. It also removes
 * parts of the SDK that this server never calls. Only the SDK and `lambda/mcp/sdk-exchange.ts` get the shims; all
 * other code in a bundle uses the real modules.
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { build, type Plugin } from 'esbuild'

const ROOT = path.join(import.meta.dirname, '../..')
const shim = (file: string) => path.join(ROOT, 'lambda/sdk-shims', file)

const SDK_FILE = /[\\/]node_modules[\\/]@modelcontextprotocol[\\/](server|core)[\\/].*\.mjs$/
const EXCHANGE_FILE = path.join(ROOT, 'lambda/mcp/sdk-exchange.ts')

/** Imports of the SDK and the shims that replace them. */
const IMPORTS: [RegExp, string][] = [
  [/^zod\/v4$/, shim('zod-v4.ts')],
  [/^@modelcontextprotocol\/server\/_shims$/, shim('json-schema-validator.ts')],
]

/**
 * Parts of the SDK that are unused, which the bundler cannot detect: named as in the region comments that the SDK's
 * build writes into its files, each with its replacement.
 */
const CUTS: [region: string, replacement: string][] = [
  // Type guards by name: hundreds of objects that are created at every load.
  ['../core-internal/src/types/specTypeSchema.ts', 'const specTypeSchemas = {}, isSpecType = {};'],
  // The high-level server and its dependencies, used here only in an `instanceof` check.
  ['src/server/mcp.ts', 'var McpServer = class {}, ResourceTemplate = class {};'],
  // The transport for protocol versions before 2026-07-28, which lambda/mcp/ implements itself.
  ['src/server/streamableHttp.ts', 'var WebStandardStreamableHTTPServerTransport = class {};'],
]

export const sdkShimsPlugin: Plugin = {
  name: 'sdk-shims',
  setup(b) {
    for (const [filter, file] of IMPORTS) {
      b.onResolve({ filter }, ({ importer }) => (SDK_FILE.test(importer) ? { path: file } : undefined))
    }
    // A separate namespace, since the package's `"type": "module"` would make it an ES module.
    b.onResolve({ filter: /^\.\/real-zod\.ts$/ }, () => ({ path: shim('real-zod.ts'), namespace: 'text' }))
    b.onLoad({ filter: /.*/, namespace: 'text' }, async ({ path: file }) => ({
      contents: await asText(file),
    }))

    const missing = new Set(CUTS.map(([region]) => region))
    const webImport = `import { Headers, Request, Response } from ${JSON.stringify(shim('web.ts'))};`
    b.onLoad({ filter: /\.mjs$/ }, async ({ path: file }) => {
      if (!SDK_FILE.test(file)) return undefined
      let text = await readFile(file, 'utf8')
      for (const [region, replacement] of CUTS) {
        const from = text.indexOf(`//#region ${region}\n`)
        const to = text.indexOf('\n//#endregion', from)
        if (from === -1 || to === -1) continue
        text = text.slice(0, from) + replacement + text.slice(to)
        missing.delete(region)
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
      if (!isUsed || missing.size === 0) return undefined
      return {
        errors: [
          {
            text: `The MCP SDK no longer contains ${[...missing].join(', ')}. Update CUTS in sdk-shims-plugin.ts, or build with --no-sdk-shims.`,
          },
        ],
      }
    })
  },
}

/**
 * A module that holds `file` and its imports as a string and compiles it when it is first required. V8 scans a string
 * much faster than it parses code, and this code runs rarely: for an invalid message.
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
