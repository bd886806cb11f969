/** Makes one CommonJS file of an entry: what Lambda loads, and what `npm start` runs. */
import { statSync } from 'node:fs'
import { type BuildOptions, build } from 'esbuild'
import { sdkShimsPlugin } from './sdk-shims-plugin.ts'

export interface BundleRequest {
  /** TypeScript file; a Lambda entry exports `handler`. */
  entry: string
  /** Ends in `.cjs`. */
  outfile: string
  /** `mcp`: whatever runs the MCP SDK, with our stand-ins under it. `plain`: everything else. */
  kind: 'mcp' | 'plain'
  /** Left out: minified. */
  minify?: boolean
  /** Packages to load from `node_modules` at run time instead; left out: none. */
  external?: string[]
  /** Makes the file executable by itself (a `#!` line). */
  executable?: boolean
}

/**
 * esbuild's options for a request. CommonJS, since an ES module that imports `node:http` makes Node 22 and 24 load
 * undici (nodejs/node#57649): 20 ms. One file, minified, without comments or source map: what is not there need
 * not be read at a cold start.
 */
export function bundleOptions(request: BundleRequest): BuildOptions {
  const { entry, outfile, kind, minify = true, external = [], executable = false } = request
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
    ...(kind === 'mcp' && { plugins: [sdkShimsPlugin], metafile: true }),
    ...(executable && { banner: { js: '#!/usr/bin/env node' } }),
    logLevel: 'silent',
    // An SDK that asks a stand-in for something it does not have must not get `undefined`.
    logOverride: { 'import-is-undefined': 'error', 'empty-import-meta': 'error' },
  }
}

/** @returns the size of the file made. @throws esbuild's BuildFailure, whose message lists every error with its place. */
export async function bundle(request: BundleRequest): Promise<{ bytes: number }> {
  await build(bundleOptions(request))
  return { bytes: statSync(request.outfile).size }
}
