/**
 * `deploy`: one command to deploy the server to AWS. Runs quick checks first (stage file, region,
 * credentials), bootstraps CDK if needed, deploys, and says what to do next.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { stackNames } from '../lib/stage/stack-names.ts'
import { StageConfigError } from '../lib/stage/stage-config.ts'
import { readStageFile } from '../lib/stage/stage-file.ts'
import { type DeployOptions, parseDeployArguments, USAGE, UsageError } from './deploy/arguments.ts'
import { openCdk } from './deploy/cdk-command.ts'
import { checkAccount } from './deploy/check-account.ts'
import { nextSteps } from './deploy/next-steps.ts'
import { NotReadyError } from './deploy/not-ready.ts'
import { prepareProcess } from './terminal-process.ts'
import { runProgram } from './use-proxy.ts'

const stackOutputs = z.record(z.string(), z.record(z.string(), z.string()))

async function deploy(options: DeployOptions): Promise<void> {
  const stage = readStageFile(options.stage, 'stages', options.settings)
  const { isBootstrapped } = await checkAccount({
    profile: options.profile,
    region: stage.region ?? options.region,
  })
  const runCdk = await openCdk({ isYes: options.isYes })
  const cdk = async (words: string[]) => {
    if ((await runCdk(words)) !== 0) throw new NotReadyError(`cdk ${words[0]} failed; its output is above.`)
  }
  if (!isBootstrapped) {
    console.log(
      'CDK is not bootstrapped in this account and region. Bootstrapping it now (stack CDKToolkit).\n',
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

async function main(): Promise<number> {
  prepareProcess()
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

runProgram(main)
