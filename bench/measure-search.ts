/** `npm run bench:search`: quality and time of the tool search, and its size in the MCP bundle. */
import path from 'node:path'
import { build, type Plugin } from 'esbuild'
import { bundleOptions } from '../scripts/bundle/lambda-bundle.ts'
import { compileCatalog } from '../scripts/catalog/compile-catalog.ts'

const ROOT = path.join(import.meta.dirname, '..')
const SEARCHES = 1000

/** Replaces the search with one that finds nothing, so that its index is not bundled. */
const withoutSearch: Plugin = {
  name: 'without-search',
  setup(setup) {
    setup.onLoad({ filter: /lambda[\\/]catalog[\\/]search\.ts$/ }, () => ({
      contents: 'export const searchTools = () => []; export const nearMisses = () => []',
      loader: 'ts',
    }))
  },
}

await compileCatalog()
// Imported afterwards, since they load compiled files.
const { searchTools } = await import('../lambda/catalog/search.ts')
const { measureSearch } = await import('../scripts/catalog/search-quality.ts')

const firstMs = timed(() => searchTools('kick off the weekly report', () => true, 5))
const laterMs =
  timed(() => {
    for (let count = 0; count < SEARCHES; count++) searchTools('kick off the weekly report', () => true, 5)
  }) / SEARCHES

console.log('search  half    queries  right first  among five')
for (const { search, half, queries, first, amongFive } of measureSearch()) {
  const shares = [first, amongFive].map(share => `${(share * 100).toFixed(1)} %`)
  console.log(
    `${search.padEnd(6)}  ${half.padEnd(6)}  ${queries}      ${shares[0]?.padEnd(11)}  ${shares[1]}`.trimEnd(),
  )
}
console.log(
  `\nfirst search ${firstMs.toFixed(2)} ms (reads the index), subsequent ones ${laterMs.toFixed(3)} ms`,
)

const [whole, without] = await Promise.all([bundleBytes([]), bundleBytes([withoutSearch])])
console.log(
  `MCP bundle ${kilobytes(whole)}, of which the search ${kilobytes(whole - without)} (index and code)`,
)

function timed(work: () => unknown): number {
  const startedMs = performance.now()
  work()
  return performance.now() - startedMs
}

async function bundleBytes(plugins: Plugin[]): Promise<number> {
  const request = {
    entry: path.join(ROOT, 'lambda/handlers/mcp.ts'),
    outfile: 'unwritten.cjs',
    kind: 'mcp',
  } as const
  const options = bundleOptions(request)
  const built = await build({ ...options, write: false, plugins: [...(options.plugins ?? []), ...plugins] })
  return built.outputFiles?.[0]?.contents.length ?? 0
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`
}
