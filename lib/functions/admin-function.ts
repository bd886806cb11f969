import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import type { StackNames } from '../stage/stack-names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import { ADMIN_TIMEOUT_SECONDS } from '../stage/time-limits.ts'
import { NodeFunction } from './node-function.ts'

/** Loading the AWS clients and hashing are most of its work; more memory is more processor. */
const MEMORY_SIZE_MB = 512

export interface AdminFunctionProps {
  stage: StageConfig
  names: StackNames
  bundleRoot: string
  /**
   * `iam`: the function has no address. Who may invoke it is decided by IAM in the company's own account
   * (`lambda:InvokeFunction` on its ARN), and CloudTrail can say who did. `gateway`: it is behind the gateway, serves
   * the console too, and checks an administrator token itself.
   */
  door: 'iam' | 'gateway'
  logKey?: IKey | undefined
}

/** A function that mints and revokes connectors and stores accounts. */
export class AdminFunction extends Construct {
  readonly nodeFunction: NodeFunction
  readonly door: AdminFunctionProps['door']

  constructor(scope: Construct, id: string, props: AdminFunctionProps) {
    super(scope, id)
    const { names } = props
    this.door = props.door
    const own =
      props.door === 'iam'
        ? {
            functionName: names.adminFunction,
            logGroupName: names.adminLogGroup,
            bundle: 'admin',
            description: 'Administers connectors and accounts; invoked through IAM only',
          }
        : {
            functionName: names.adminApiFunction,
            logGroupName: names.adminApiLogGroup,
            bundle: 'admin-api',
            description:
              'Administers connectors and accounts over HTTP, with administrator tokens; the console',
          }
    this.nodeFunction = new NodeFunction(this, 'Node', {
      ...own,
      bundleRoot: props.bundleRoot,
      memorySizeMb: MEMORY_SIZE_MB,
      timeoutSeconds: ADMIN_TIMEOUT_SECONDS[props.door],
      logLevel: props.stage.logLevel,
      logRetentionDays: props.stage.logRetentionDays,
      logKey: props.logKey,
    })
  }
}
