import { readFileSync } from 'node:fs'
import { Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag'
import type { IConstruct } from 'constructs'
import { describe, expect, it } from 'vitest'
import { GumloopMcpStack } from '../../../lib/gumloop-mcp-stack.ts'
import { readStageFile, stageNames } from '../../../lib/stage/stage-file.ts'
import { placeholderBundles } from '../../support/placeholder-bundles.ts'
import { createApp } from '../synthesized-stage.ts'

const bundleRoot = placeholderBundles()

const findings = (pack: NagPack, scope: IConstruct) =>
  pack
    .validateScope(scope)
    .violations.map(one => `${one.ruleName} at ${one.violatingResources[0]?.constructPath}`)

describe.each(stageNames())('the stage %s', name => {
  const app = createApp({ schemaCheck: true })
  const stack = new GumloopMcpStack(app, { stage: readStageFile(name), bundleRoot })

  it('has no unacknowledged cdk-nag finding, warnings included', () => {
    expect(findings(new AwsSolutionsChecks(app), app)).toEqual([])
    expect(findings(new ServerlessChecks(app), app)).toEqual([])
  })

  it('is valid against CloudFormation’s schemas', { timeout: 60_000 }, () => {
    const { directory } = app.synth()
    const report: { pluginReports: { pluginName: string; violations: unknown[] }[] } = JSON.parse(
      readFileSync(`${directory}/validation-report.json`, 'utf8'),
    )
    expect(report.pluginReports.flatMap(one => one.violations)).toEqual([])
    expect(stack.node.findAll().length).toBeGreaterThan(50)
  })

  it('acknowledges every finding at its construct, with a reason and not for the whole stack', () => {
    const acknowledged = stack.node
      .findAll()
      .flatMap(construct =>
        construct.node.metadata
          .filter(entry => entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(entry =>
            Object.entries(entry.data).map(([id, reason]) => ({ at: construct, id, reason: String(reason) })),
          ),
      )
    expect(acknowledged.length).toBeGreaterThan(5)
    expect(acknowledged.filter(({ at }) => at === stack || at === app).map(({ id }) => id)).toEqual([])
    for (const { reason } of acknowledged) expect(reason.length).toBeGreaterThan(60)
  })
})

describe('the check itself', () => {
  it('reports the acknowledged findings without the acknowledgements', () => {
    const app = createApp({ schemaCheck: false })
    const stack = new GumloopMcpStack(app, { stage: readStageFile('default'), bundleRoot })
    for (const construct of stack.node.findAll()) {
      Object.defineProperty(construct.node, 'metadata', { value: [] })
    }
    const found = [...findings(new AwsSolutionsChecks(app), app), ...findings(new ServerlessChecks(app), app)]
    expect([...new Set(found.map(one => one.replace(/[[ ].*/, '')))].sort()).toEqual([
      'AwsSolutions-APIG2',
      'AwsSolutions-APIG3',
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG6',
      'AwsSolutions-COG4',
      'AwsSolutions-IAM4',
      'AwsSolutions-IAM5',
      'AwsSolutions-SF2',
      'Serverless-APIGWXrayEnabled',
      'Serverless-LambdaDLQ',
      'Serverless-LambdaTracing',
      'Serverless-StepFunctionStateMachineXray',
    ])
  })
})
