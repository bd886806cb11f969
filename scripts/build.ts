/**
 * `npm run build [-- --only server|lambda|cli] [--quiet]`: compiles the catalog and the console, then bundles what runs into `dist/`.
 * Says one line when all is well; entries that do not exist are left out and named.
 */
import { chmodSync, existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type BundleRequest, bundle } from './bundle/lambda-bundle.ts'
import { compileCatalog } from './catalog/compile-catalog.ts'
import { compileTokenCounts } from './catalog/compile-token-counts.ts'
import { compileConsole } from './console/compile-console.ts'

const ROOT = path.join(import.meta.dirname, '..')

type Part = 'server' | 'lambda' | 'cli'

/** dynalite stores through a native module, which cannot be bundled; it is for the local server alone. */
const LOCAL_ONLY = ['dynalite', 'level']

/** Two megabytes of word pieces that one command counts with. */
const LOADED_WHEN_NEEDED = ['gpt-tokenizer']

const BUNDLES: (BundleRequest & { part: Part })[] = [
  { part: 'lambda', entry: 'lambda/handlers/mcp.ts', outfile: 'dist/lambda/mcp/index.cjs', kind: 'mcp' },
  {
    part: 'lambda',
    entry: 'lambda/handlers/admin.ts',
    outfile: 'dist/lambda/admin/index.cjs',
    kind: 'plain',
  },
  {
    part: 'lambda',
    entry: 'lambda/handlers/admin-api.ts',
    outfile: 'dist/lambda/admin-api/index.cjs',
    kind: 'plain',
  },
  {
    part: 'lambda',
    entry: 'lambda/handlers/poller.ts',
    outfile: 'dist/lambda/poller/index.cjs',
    kind: 'plain',
  },
  {
    part: 'server',
    entry: 'bin/server.ts',
    outfile: 'dist/server.cjs',
    kind: 'mcp',
    minify: false,
    external: LOCAL_ONLY,
  },
  {
    part: 'cli',
    entry: 'bin/cli.ts',
    outfile: 'dist/cli.cjs',
    kind: 'plain',
    minify: false,
    external: [...LOCAL_ONLY, ...LOADED_WHEN_NEEDED],
    executable: true,
  },
]

async function buildAll(only: string | undefined): Promise<string> {
  const startedMs = performance.now()
  if (only !== undefined && !BUNDLES.some(({ part }) => part === only)) {
    throw new Error(`--only takes server, lambda or cli, not ${only}`)
  }
  const { tools } = await compileCatalog()
  await compileTokenCounts(tools)
  await compileConsole()
  const wanted = BUNDLES.filter(({ part }) => only === undefined || part === only)
  const made = await Promise.all(
    wanted.map(async request => {
      const entry = path.join(ROOT, request.entry)
      if (!existsSync(entry)) return `no ${request.entry} yet`
      const outfile = path.join(ROOT, request.outfile)
      const { bytes } = await bundle({ ...request, entry, outfile })
      if (request.executable) chmodSync(outfile, 0o755)
      return `${request.outfile} ${Math.round(bytes / 1024)} KB`
    }),
  )
  return `${made.join(', ')} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`
}

try {
  const { values } = parseArgs({ options: { only: { type: 'string' }, quiet: { type: 'boolean' } } })
  const summary = await buildAll(values.only)
  if (!values.quiet) console.log(summary)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
