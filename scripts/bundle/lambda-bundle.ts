/** Bundles an entry point into one CommonJS file: the file that Lambda loads. */
import { statSync } from 'node:fs'
import { type BuildOptions, build } from 'esbuild'
import { sdkShimsPlugin } from './sdk-shims-plugin.ts'
import { bundledPackages } from './third-party-licenses.ts'

export interface BundleRequest {
  /** TypeScript file; a Lambda entry exports `handler`. */
  entry: string
  /** Ends in `.cjs`. */
  outfile: string
  /** `mcp`: runs the MCP SDK, so the shims of `lambda/sdk-shims/` apply. `plain`: everything else. */
  kind: 'mcp' | 'plain'
  /** Whether an `mcp` bundle uses the shims. Default: true. */
  sdkShims?: boolean
  /** Whether an `mcp` bundle answers plain messages itself (`lambda/mcp/shortcuts.ts`). Default: true. */
  shortcuts?: boolean
  /** Default: true. */
  minify?: boolean
  /** Packages to load from `node_modules` at run time. Default: none. */
  external?: string[]
}

/**
 * esbuild's options for a request. CommonJS, since an ES module that imports `node:http` makes Node 22 and 24 load
 * undici (nodejs/node#57649). One minified file without comments and source map reduces what a cold start reads.
 */
export function bundleOptions(request: BundleRequest): BuildOptions & { metafile: true } {
  const { entry, outfile, kind, sdkShims = true, shortcuts = true, minify = true, external = [] } = request
  return {
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify,
    legalComments: 'none',
    external,
    ...(kind === 'mcp' && { define: { 'process.env.SHORTCUTS': shortcuts ? '"on"' : '"off"' } }),
    ...(kind === 'mcp' && sdkShims && { plugins: [sdkShimsPlugin] }),
    metafile: true,
    logLevel: 'silent',
    // An import that a shim does not export must fail the build instead of being `undefined`.
    logOverride: { 'import-is-undefined': 'error', 'empty-import-meta': 'error' },
  }
}

export interface Bundled {
  /** Size of the file. */
  bytes: number
  /** Folders of the packages that are in it. */
  packages: string[]
}

/** @throws esbuild's BuildFailure, whose message lists every error with its location */
export async function bundle(request: BundleRequest): Promise<Bundled> {
  const { metafile } = await build(bundleOptions(request))
  return { bytes: statSync(request.outfile).size, packages: bundledPackages(metafile) }
}
