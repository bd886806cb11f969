import { join } from 'node:path'
import { Duration, RemovalPolicy, Tags, Validations } from 'aws-cdk-lib'
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { ENV } from '../../lambda/shared/names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import { bundleCode } from './bundle-code.ts'

export interface NodeFunctionProps {
  functionName: string
  logGroupName: string
  /** Folder below the bundle root with `index.cjs`, which exports `handler`. */
  bundle: string
  bundleRoot: string
  description: string
  memorySizeMb: number
  timeoutSeconds: number
  reservedConcurrency?: number | undefined
  logLevel: StageConfig['logLevel']
  logRetentionDays: StageConfig['logRetentionDays']
  logKey?: IKey | undefined
}

/** One permission of a function: exact actions on exact resources. */
export interface Permission {
  /** `Deny` wins over every permission, from wherever it comes. Default: `Allow`. */
  effect?: 'Allow' | 'Deny'
  actions: string[]
  resources: string[]
  /** Operator → context key → values. */
  conditions?: Record<string, Record<string, string | string[]>>
}

/**
 * The common form of our Lambda functions: current Node on arm64, and a role of its own that may write its log group
 * and nothing else. All other permissions and settings come from the `grant…` methods of other constructs, which set
 * the permission and the environment variable together, so that it never has one without the other.
 */
export class NodeFunction extends Construct {
  readonly function: LambdaFunction
  readonly logGroup: LogGroup
  private readonly role: Role

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id)
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: props.logGroupName,
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.logKey === undefined ? {} : { encryptionKey: props.logKey }),
    })
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    this.logGroup.grantWrite(this.role)
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: bundleCode(join(props.bundleRoot, props.bundle)),
      role: this.role,
      memorySize: props.memorySizeMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Our own logger applies the log level: Lambda must not filter further.
      applicationLogLevelV2:
        props.logLevel === 'debug' ? ApplicationLogLevel.DEBUG : ApplicationLogLevel.INFO,
      // Lambda's report lines are the only source for cold starts and memory use, at half a kilobyte per call.
      systemLogLevelV2: SystemLogLevel.INFO,
      environment: { [ENV.logLevel]: props.logLevel },
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
    })
    this.acknowledgeFindings()
  }

  /** Adds a permission to the role. Called by `grant…` methods only. */
  allow(permission: Permission): void {
    const effect = permission.effect === 'Deny' ? Effect.DENY : Effect.ALLOW
    this.role.addToPolicy(new PolicyStatement({ ...permission, effect }))
  }

  /** Marks the role, for policies that recognize it by its tag. Called by `grant…` methods only. */
  tagRole(key: string, value: string): void {
    Tags.of(this.role).add(key, value)
  }

  /** Sets an environment variable; its name comes from `ENV`. Never a secret: those are read at run time. */
  setEnvironment(name: (typeof ENV)[keyof typeof ENV], value: string): void {
    this.function.addEnvironment(name, value)
  }

  /**
   * Acknowledges a wildcard in the role's policy.
   * @param resource the ARN as cdk-nag prints it; `reason` is the evidence that it cannot be narrower.
   */
  acknowledgeWildcard(resource: string, reason: string): void {
    Validations.of(this.role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason })
  }

  private acknowledgeFindings(): void {
    Validations.of(this.function).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason:
          'Invoked only synchronously (by API Gateway, the state machine, or an administrator), so no event can be lost.',
      },
      {
        id: 'Serverless-LambdaTracing',
        reason:
          'Every call writes one structured log line with its durations. X-Ray would need a permission on all resources and add a process to the cold start.',
      },
    )
  }
}
