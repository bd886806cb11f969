/** Bundles a program that people start at a terminal: what the installed package consists of. */
import { chmodSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { build, type Plugin } from 'esbuild'
import { type Bundled, type BundleRequest, bundleOptions } from './lambda-bundle.ts'
import { bundledPackages } from './third-party-licenses.ts'

const NODE_CHECK = path.join(import.meta.dirname, '../../bin/check-node.cjs')

export interface ProgramRequest extends BundleRequest {
  /** The command itself: a `#!` line, and syntax that old Node versions parse, so that the check is reached. */
  isCommand?: boolean
  /** Packages that are bundles of their own beside this one, with their file names. Default: none. */
  beside?: Record<string, string>
}

/** @throws esbuild's BuildFailure, whose message lists every error with its location */
export async function bundleProgram(request: ProgramRequest): Promise<Bundled> {
  const { isCommand = false, beside = {} } = request
  const options = bundleOptions({ minify: false, ...request })
  const { metafile } = await build({
    ...options,
    plugins: [...(options.plugins ?? []), besidePlugin(beside)],
    // A file in `bin/` that asks where it is finds `dist/`, which is as deep.
    define: { 'import.meta.dirname': '__dirname' },
    ...(isCommand
      ? { target: 'es2015', banner: { js: '#!/usr/bin/env node' } }
      : { banner: { js: readFileSync(NODE_CHECK, 'utf8') } }),
  })
  if (isCommand) chmodSync(request.outfile, 0o755)
  return { bytes: statSync(request.outfile).size, packages: bundledPackages(metafile) }
}

function besidePlugin(beside: Record<string, string>): Plugin {
  return {
    name: 'beside',
    setup(b) {
      b.onResolve({ filter: /^[^.]/ }, ({ path: specifier }) => {
        const file = Object.hasOwn(beside, specifier) ? beside[specifier] : undefined
        return file === undefined ? undefined : { path: `./${file}`, external: true }
      })
    },
  }
}
