import { Aws, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import { ENV, RUN_EVENT } from '../../lambda/shared/names.ts'
import { eventPermission } from '../functions/event-permission.ts'
import { NodeFunction } from '../functions/node-function.ts'
import type { StackNames } from '../stage/stack-names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import { POLLER_MEMORY_MB, POLLER_TIMEOUT_SECONDS, runWorkflowDefinition } from './run-workflow-definition.ts'

export interface RunWorkflowProps {
  stage: StageConfig
  names: StackNames
  bundleRoot: string
  logKey?: IKey | undefined
}

/**
 * Watches long runs: a state machine that polls a run at intervals that grow with its age, through a small function
 * that records the end and sends the event. It costs nothing while no run is watched.
 */
export class RunWorkflow extends Construct {
  readonly poller: NodeFunction
  readonly stateMachine: StateMachine
  private readonly watchHours: number

  constructor(scope: Construct, id: string, props: RunWorkflowProps) {
    super(scope, id)
    const { stage, names } = props
    this.watchHours = stage.runWatchHours
    this.poller = this.createPoller(props)
    const log = new LogGroup(this, 'Logs', {
      logGroupName: names.runsLogGroup,
      retention: stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.logKey === undefined ? {} : { encryptionKey: props.logKey }),
    })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') })
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [this.poller.function.functionArn],
      }),
    )
    const definition = runWorkflowDefinition({
      invokeResource: `arn:${Aws.PARTITION}:states:::lambda:invoke`,
      pollerArn: this.poller.function.functionArn,
      watchHours: this.watchHours,
    })
    this.stateMachine = new StateMachine(this, 'Machine', {
      stateMachineName: names.runWorkflow,
      // An execution may last for days and must start only once, whoever starts it. Express workflows support neither.
      stateMachineType: StateMachineType.STANDARD,
      comment: 'Watches long Gumloop runs',
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role,
      // Without execution data: not even ids of runs belong in this log.
      logs: { destination: log, level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: false,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.acknowledgeFindings(role)
  }

  /** Lets `fn` start watches. */
  grantStart(fn: NodeFunction): void {
    fn.allow({ actions: ['states:StartExecution'], resources: [this.stateMachine.stateMachineArn] })
    fn.setEnvironment(ENV.runWorkflowArn, this.stateMachine.stateMachineArn)
    fn.setEnvironment(ENV.runWatchHours, String(this.watchHours))
  }

  /** Lets `fn` check that the state machine exists. */
  grantCheck(fn: NodeFunction): void {
    fn.allow({ actions: ['states:DescribeStateMachine'], resources: [this.stateMachine.stateMachineArn] })
    fn.setEnvironment(ENV.runWorkflowArn, this.stateMachine.stateMachineArn)
  }

  private createPoller({ stage, names, bundleRoot, logKey }: RunWorkflowProps): NodeFunction {
    const poller = new NodeFunction(this, 'Poller', {
      functionName: names.pollerFunction,
      logGroupName: names.pollerLogGroup,
      bundle: 'poller',
      bundleRoot,
      description: 'Polls a watched Gumloop run once and records what it observed',
      memorySizeMb: POLLER_MEMORY_MB,
      timeoutSeconds: POLLER_TIMEOUT_SECONDS,
      logLevel: stage.logLevel,
      logRetentionDays: stage.logRetentionDays,
      logKey,
    })
    if (stage.gumloopBaseUrl !== undefined) poller.setEnvironment(ENV.gumloopBaseUrl, stage.gumloopBaseUrl)
    poller.allow(eventPermission(RUN_EVENT))
    return poller
  }

  private acknowledgeFindings(role: Role): void {
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'The log delivery of Step Functions is configured through actions that support no resource; AWS documents the wildcard.',
    })
    const tracing =
      'The log contains every state and its time. X-Ray would need a permission on all resources and show nothing more.'
    Validations.of(this.stateMachine).acknowledge(
      { id: 'AwsSolutions-SF2', reason: tracing },
      { id: 'Serverless-StepFunctionStateMachineXray', reason: tracing },
    )
  }
}
