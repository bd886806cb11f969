/**
 * `npm run deploy`: one command from a checkout to a running server. Checks what can be checked in a second (stage
 * file, region, credentials), prepares the account for CDK when nobody has, deploys, and says what to do next.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { stackNames } from '../lib/stage/stack-names.ts'
import { StageConfigError } from '../lib/stage/stage-config.ts'
import { readStageFile } from '../lib/stage/stage-file.ts'
import { type DeployOptions, parseDeployArguments, USAGE, UsageError } from './deploy/arguments.ts'
import { checkAccount, NotReadyError } from './deploy/check-account.ts'
import { nextSteps } from './deploy/next-steps.ts'

const stackOutputs = z.record(z.string(), z.record(z.string(), z.string()))

async function deploy(options: DeployOptions): Promise<void> {
  const stage = readStageFile(options.stage, 'stages', options.settings)
  const { isBootstrapped } = await checkAccount({
    profile: options.profile,
    region: stage.region ?? options.region,
  })
  if (!isBootstrapped) {
    console.log(
      'This account and region were not used with CDK before; preparing them once (stack CDKToolkit).\n',
    )
    await cdk(['bootstrap', ...options.cdkArguments])
  }
  const folder = mkdtempSync(join(tmpdir(), 'gumloop-mcp-deploy-'))
  try {
    const outputsFile = join(folder, 'outputs.json')
    await cdk(['deploy', '--outputs-file', outputsFile, ...options.cdkArguments])
    const { stack } = stackNames(stage.stage)
    const outputs = stackOutputs.parse(JSON.parse(readFileSync(outputsFile, 'utf8')))[stack] ?? {}
    console.log(
      nextSteps({ stack, outputs, profile: options.profile, region: stage.region ?? options.region }),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Runs the pinned CDK CLI of this checkout, never one that happens to be installed on the machine. */
function cdk(parameters: string[]): Promise<void> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk')
  const child = spawn(process.execPath, [cli, ...parameters], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code =>
      code === 0 ? resolve() : reject(new NotReadyError(`cdk ${parameters[0]} failed; its words are above.`)),
    )
  })
}

async function main(): Promise<number> {
  // A notice of AWS's clients about Node versions to come; it would be the first thing a newcomer reads.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  try {
    const options = parseDeployArguments(process.argv.slice(2))
    if (options === 'help') console.log(USAGE)
    else await deploy(options)
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${USAGE}`)
      return 2
    }
    if (!(error instanceof NotReadyError || error instanceof StageConfigError)) throw error
    console.error(error.message)
    return 1
  }
}

process.exitCode = await main()
