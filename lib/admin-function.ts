import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { NodeFunction } from './node-function.ts'
import type { StackNames } from './stack-names.ts'
import type { StageConfig } from './stage-config.ts'

/** Loading the AWS clients and hashing are most of its work; more memory is more processor. */
const MEMORY_SIZE_MB = 512
const TIMEOUT_SECONDS = 30

export interface AdminFunctionProps {
  stage: StageConfig
  names: StackNames
  bundleRoot: string
  logKey?: IKey | undefined
}

/**
 * The function that mints and revokes connectors and stores accounts. It has no address: who may invoke it is decided
 * by IAM in the company's own account (`lambda:InvokeFunction` on its ARN), and CloudTrail can say who did.
 */
export class AdminFunction extends Construct {
  readonly nodeFunction: NodeFunction

  constructor(scope: Construct, id: string, props: AdminFunctionProps) {
    super(scope, id)
    this.nodeFunction = new NodeFunction(this, 'Node', {
      functionName: props.names.adminFunction,
      logGroupName: props.names.adminLogGroup,
      bundle: 'admin',
      bundleRoot: props.bundleRoot,
      description: 'Administers connectors and accounts; invoked through IAM only',
      memorySizeMb: MEMORY_SIZE_MB,
      timeoutSeconds: TIMEOUT_SECONDS,
      logLevel: props.stage.logLevel,
      logRetentionDays: props.stage.logRetentionDays,
      logKey: props.logKey,
    })
  }
}
