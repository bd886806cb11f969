/** Compiles what the bundles need and makes those of `parts`. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { compileCatalog } from '../catalog/compile-catalog.ts'
import { compileTokenCounts } from '../catalog/compile-token-counts.ts'
import { compileConsole } from '../console/compile-console.ts'
import { type Outputs, PARTS, type Part } from './build-stamp.ts'
import { writeCdkPackages } from './cdk-packages.ts'
import { type BundleRequest, bundle } from './lambda-bundle.ts'
import { bundleProgram, type ProgramRequest } from './program-bundle.ts'
import { licensesText } from './third-party-licenses.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** Loaded from `node_modules`: they store through a native module, which cannot be bundled. */
const NATIVE = ['dynalite', 'level']

/** Two megabytes of word pieces, which one command of the command line counts with. */
const ENCODING = 'gpt-tokenizer/encoding/o200k_base'

/** Installed when somebody deploys, beside the app: bin/deploy/cdk-folder.ts. */
const CDK_LIBRARIES = ['aws-cdk-lib', 'cdk-nag', 'constructs']

/** What Lambda runs. `outfile` is relative to the folder that the build writes to, here and below. */
const FUNCTIONS: BundleRequest[] = [
  { entry: 'lambda/handlers/mcp.ts', outfile: 'lambda/mcp/index.cjs', kind: 'mcp' },
  { entry: 'lambda/handlers/admin.ts', outfile: 'lambda/admin/index.cjs', kind: 'plain' },
  { entry: 'lambda/handlers/admin-api.ts', outfile: 'lambda/admin-api/index.cjs', kind: 'plain' },
  { entry: 'lambda/handlers/poller.ts', outfile: 'lambda/poller/index.cjs', kind: 'plain' },
]

const SERVER: ProgramRequest = {
  entry: 'bin/server.ts',
  outfile: 'server.cjs',
  kind: 'mcp',
  external: NATIVE,
}

/** The command of the installed package, and the programs that it starts besides the server. */
const COMMANDS: ProgramRequest[] = [
  { entry: 'bin/gumloop-mcp.ts', outfile: 'gumloop-mcp.cjs', kind: 'plain', isCommand: true },
  { entry: 'bin/cli.ts', outfile: 'cli.cjs', kind: 'plain', beside: { [ENCODING]: 'o200k-encoding.cjs' } },
  { entry: ENCODING, outfile: 'o200k-encoding.cjs', kind: 'plain', minify: true },
  { entry: 'bin/sandbox.ts', outfile: 'sandbox.cjs', kind: 'plain' },
  { entry: 'bin/ip-ranges.ts', outfile: 'ip-ranges.cjs', kind: 'plain' },
  { entry: 'bin/deploy.ts', outfile: 'deploy.cjs', kind: 'plain' },
  { entry: 'bin/cdk.ts', outfile: 'cdk.cjs', kind: 'plain' },
  { entry: 'bin/app.ts', outfile: 'cdk/app.cjs', kind: 'plain', external: CDK_LIBRARIES },
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
  /** False: the MCP SDK answers every message. */
  shortcuts: boolean
  /** The folder to write to, from the root of the project. */
  outDir: string
}

/** @returns one line on what was made, and the files of each part. @throws esbuild's BuildFailure */
export async function buildBundles(
  parts: readonly Part[],
  { outDir, ...variant }: BuildOptions,
): Promise<{ summary: string; outputs: Outputs }> {
  const startedMs = performance.now()
  const { tools } = await compileCatalog()
  await compileTokenCounts(tools)
  const { packages: consolePackages } = await compileConsole()
  const packages = new Set(consolePackages)
  const outputs: Outputs = Object.fromEntries(parts.map(part => [part, [...COMPILED]]))
  const sizes: string[] = []
  const make = async (part: Part, request: BundleRequest, bundler: typeof bundle) => {
    if (!parts.includes(part)) return
    const file = path.posix.join(outDir, request.outfile)
    // An entry that is no file of ours is a package.
    const entry = request.entry.endsWith('.ts') ? path.join(ROOT, request.entry) : request.entry
    const made = await bundler({ ...request, entry, outfile: path.join(ROOT, file), ...variant })
    for (const folder of made.packages) packages.add(folder)
    outputs[part]?.push(file)
    sizes.push(`${file} ${Math.round(made.bytes / 1024)} KB`)
  }
  await Promise.all([
    ...FUNCTIONS.map(request => make('lambda', request, bundle)),
    make('server', SERVER, bundleProgram),
    ...COMMANDS.map(request => make('cli', request, bundleProgram)),
  ])
  if (outputs.cli) outputs.cli.push(...writeCdkPackages(ROOT, path.posix.join(outDir, 'cdk')))
  // Complete only with every part, as the package has them.
  if (parts.length === PARTS.length) {
    writeFileSync(path.join(ROOT, outDir, 'third-party-licenses.txt'), licensesText(packages))
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  return { summary: `${sizes.join(', ')} in ${seconds} s`, outputs }
}
