/**
 * `npm run build [-- --only server|lambda|cli] [--if-changed] [--quiet]`: compiles the catalog and the console, then
 * bundles what runs into `dist/`. With `--if-changed` it does nothing, and says nothing, when `dist/` holds what these
 * very files give.
 *
 * `--no-sdk-shims`, or `SDK_SHIMS=off` in the environment of a command that builds, bundles the MCP SDK with its own
 * dependencies instead of lambda/sdk-shims/. `--no-shortcuts`, or `SHORTCUTS=off`, leaves every message and exchange to the SDK
 * and `node:http`. `--out-dir FOLDER` writes to another folder of the project than `dist/`.
 */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildState, inputsDigest, PARTS, writeStamp } from './bundle/build-stamp.ts'

const ROOT = path.join(import.meta.dirname, '..')

const DIST = 'dist'

const REASONS = { missing: 'it is not built yet', outdated: 'its sources have changed' }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      'if-changed': { type: 'boolean' },
      'no-sdk-shims': { type: 'boolean' },
      'no-shortcuts': { type: 'boolean' },
      'out-dir': { type: 'string', default: DIST },
      quiet: { type: 'boolean' },
    },
  })
  const sdkShims = !values['no-sdk-shims'] && process.env.SDK_SHIMS !== 'off'
  const shortcuts = !values['no-shortcuts'] && process.env.SHORTCUTS !== 'off'
  const parts = PARTS.filter(part => values.only === undefined || part === values.only)
  if (parts.length === 0) throw new Error(`--only takes ${PARTS.join(', ')}, not ${values.only}`)
  const inputs = inputsDigest(ROOT, { sdkShims, shortcuts })
  const say = (text: string) => values.quiet || console.log(text)
  if (values['if-changed']) {
    const state = buildState(ROOT, parts, inputs)
    if (state === 'current') return
    say(`Building the ${parts.join(', the ')}: ${REASONS[state]} …`)
  }
  // Loaded here, since the bundler and the catalog's compiler take longer to load than the check above.
  const { buildBundles } = await import('./bundle/build-bundles.ts')
  const { summary, outputs } = await buildBundles(parts, { sdkShims, shortcuts, outDir: values['out-dir'] })
  if (values['out-dir'] === DIST) writeStamp(ROOT, inputs, outputs)
  say(summary)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
