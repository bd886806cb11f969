/** Compiles what the bundles need and makes those of `parts`. */
import { chmodSync } from 'node:fs'
import path from 'node:path'
import { compileCatalog } from '../catalog/compile-catalog.ts'
import { compileTokenCounts } from '../catalog/compile-token-counts.ts'
import { compileConsole } from '../console/compile-console.ts'
import type { Outputs, Part } from './build-stamp.ts'
import { type BundleRequest, bundle } from './lambda-bundle.ts'

const ROOT = path.join(import.meta.dirname, '../..')

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

/** Modules that a build writes beside its sources. */
const COMPILED = [
  'lambda/catalog/compiled-catalog.ts',
  'lambda/catalog/compiled-token-counts.ts',
  'lambda/http/compiled-console.ts',
]

/** @returns one line on what was made, and the files of each part. @throws esbuild's BuildFailure */
export async function buildBundles(parts: readonly Part[]): Promise<{ summary: string; outputs: Outputs }> {
  const startedMs = performance.now()
  const { tools } = await compileCatalog()
  await compileTokenCounts(tools)
  await compileConsole()
  const outputs: Outputs = Object.fromEntries(parts.map(part => [part, [...COMPILED]]))
  const made = await Promise.all(
    BUNDLES.filter(({ part }) => parts.includes(part)).map(async request => {
      const outfile = path.join(ROOT, request.outfile)
      const { bytes } = await bundle({ ...request, entry: path.join(ROOT, request.entry), outfile })
      if (request.executable) chmodSync(outfile, 0o755)
      outputs[request.part]?.push(request.outfile)
      return `${request.outfile} ${Math.round(bytes / 1024)} KB`
    }),
  )
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  return { summary: `${made.join(', ')} in ${seconds} s`, outputs }
}
