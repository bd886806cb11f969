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

/** `outfile` is relative to the folder that the build writes to. */
const BUNDLES: (BundleRequest & { part: Part })[] = [
  { part: 'lambda', entry: 'lambda/handlers/mcp.ts', outfile: 'lambda/mcp/index.cjs', kind: 'mcp' },
  {
    part: 'lambda',
    entry: 'lambda/handlers/admin.ts',
    outfile: 'lambda/admin/index.cjs',
    kind: 'plain',
  },
  {
    part: 'lambda',
    entry: 'lambda/handlers/admin-api.ts',
    outfile: 'lambda/admin-api/index.cjs',
    kind: 'plain',
  },
  {
    part: 'lambda',
    entry: 'lambda/handlers/poller.ts',
    outfile: 'lambda/poller/index.cjs',
    kind: 'plain',
  },
  {
    part: 'server',
    entry: 'bin/server.ts',
    outfile: 'server.cjs',
    kind: 'mcp',
    minify: false,
    external: LOCAL_ONLY,
  },
  {
    part: 'cli',
    entry: 'bin/cli.ts',
    outfile: 'cli.cjs',
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

export interface BuildOptions {
  /** False: the MCP SDK is bundled with its own dependencies. */
  sdkShims: boolean
  /** The folder to write to, from the root of the project. */
  outDir: string
}

/** @returns one line on what was made, and the files of each part. @throws esbuild's BuildFailure */
export async function buildBundles(
  parts: readonly Part[],
  { sdkShims, outDir }: BuildOptions,
): Promise<{ summary: string; outputs: Outputs }> {
  const startedMs = performance.now()
  const { tools } = await compileCatalog()
  await compileTokenCounts(tools)
  await compileConsole()
  const outputs: Outputs = Object.fromEntries(parts.map(part => [part, [...COMPILED]]))
  const made = await Promise.all(
    BUNDLES.filter(({ part }) => parts.includes(part)).map(async request => {
      const file = path.posix.join(outDir, request.outfile)
      const outfile = path.join(ROOT, file)
      const entry = path.join(ROOT, request.entry)
      const { bytes } = await bundle({ ...request, entry, outfile, sdkShims })
      if (request.executable) chmodSync(outfile, 0o755)
      outputs[request.part]?.push(file)
      return `${file} ${Math.round(bytes / 1024)} KB`
    }),
  )
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  return { summary: `${made.join(', ')} in ${seconds} s`, outputs }
}
