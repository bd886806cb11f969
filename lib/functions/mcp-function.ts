import { RemovalPolicy, Tags } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { ENV, RESERVED_CONCURRENCY_TAG, RETURN_EVENT } from '../../lambda/shared/names.ts'
import type { StackNames } from '../stage/stack-names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import { timeLimits } from '../stage/time-limits.ts'
import { eventPermission } from './event-permission.ts'
import { NodeFunction } from './node-function.ts'

export interface McpFunctionProps {
  stage: StageConfig
  names: StackNames
  bundleRoot: string
  logKey?: IKey | undefined
}

/** The function that serves MCP clients, and the alias `live` through which API Gateway invokes it. */
export class McpFunction extends Construct {
  readonly nodeFunction: NodeFunction
  /** Points to a published version, so that a release can be shifted gradually and rolled back immediately. */
  readonly live: Alias
  /** The same alias, as the handler of an API. */
  readonly handler: IFunction

  constructor(scope: Construct, id: string, props: McpFunctionProps) {
    super(scope, id)
    const { stage } = props
    this.nodeFunction = new NodeFunction(this, 'Node', {
      functionName: props.names.mcpFunction,
      logGroupName: props.names.mcpLogGroup,
      bundle: 'mcp',
      bundleRoot: props.bundleRoot,
      description: 'Serves MCP clients: checks the connector token, calls Gumloop',
      memorySizeMb: stage.memorySizeMb,
      timeoutSeconds: timeLimits(stage).functionSeconds,
      reservedConcurrency: stage.reservedConcurrency,
      logLevel: stage.logLevel,
      logRetentionDays: stage.logRetentionDays,
      logKey: props.logKey,
    })
    this.setStageVariables(stage)
    this.nodeFunction.allow(eventPermission(RETURN_EVENT))
    if (stage.reservedConcurrency !== undefined) {
      Tags.of(this.nodeFunction.function).add(RESERVED_CONCURRENCY_TAG, String(stage.reservedConcurrency))
    }
    // The previous version must still exist when an operator points the alias back to it (docs/runbook.md).
    this.nodeFunction.function.currentVersion.applyRemovalPolicy(RemovalPolicy.RETAIN)
    this.live = this.nodeFunction.function.addAlias('live')
    // A cast, since CDK's classes match their interfaces only without `exactOptionalPropertyTypes`.
    this.handler = this.live as IFunction
  }

  /** Lets `fn` search this function's log group, and no other, for calls. */
  grantCallLog(fn: NodeFunction): void {
    const { logGroup } = this.nodeFunction
    fn.allow({ actions: ['logs:FilterLogEvents'], resources: [logGroup.logGroupArn] })
    fn.setEnvironment(ENV.callLogGroup, logGroup.logGroupName)
  }

  private setStageVariables(stage: StageConfig): void {
    this.nodeFunction.setEnvironment(ENV.transferMode, stage.transferMode)
    if (stage.logCallDetails === 'on') this.nodeFunction.setEnvironment(ENV.logCallDetails, 'on')
    this.nodeFunction.setEnvironment(ENV.maxWaitSeconds, String(stage.maxWaitSeconds))
    if (stage.allowedOrigins.length > 0)
      this.nodeFunction.setEnvironment(ENV.allowedOrigins, stage.allowedOrigins.join(','))
    if (stage.gumloopBaseUrl !== undefined)
      this.nodeFunction.setEnvironment(ENV.gumloopBaseUrl, stage.gumloopBaseUrl)
    if (stage.gumloopStreamBaseUrl !== undefined) {
      this.nodeFunction.setEnvironment(ENV.gumloopStreamBaseUrl, stage.gumloopStreamBaseUrl)
    }
  }
}
