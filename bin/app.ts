/**
 * The CDK app: `cdk synth -c stage=NAME` synthesizes the stack of `stages/NAME.json`, and fails on cdk-nag findings.
 */
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { GumloopMcpStack } from '../lib/gumloop-mcp-stack.ts'
import { StageConfigError } from '../lib/stage/stage-config.ts'
import { readStageFile } from '../lib/stage/stage-file.ts'

const app = new App()
try {
  // `-c stages=…` and `-c bundleRoot=…`: folders elsewhere than in a checkout.
  const stages = String(app.node.tryGetContext('stages') ?? 'stages')
  const stage = readStageFile(app.node.tryGetContext('stage'), stages, app.node.tryGetContext('settings'))
  const bundleRoot = String(app.node.tryGetContext('bundleRoot') ?? 'dist/lambda')
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
  new GumloopMcpStack(app, { stage, bundleRoot })
} catch (error) {
  // The author of the stage file needs the errors, not a stack trace.
  if (!(error instanceof StageConfigError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
