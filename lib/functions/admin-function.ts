import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { ENV } from '../../lambda/shared/names.ts'
import type { StackNames } from '../stage/stack-names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import { ADMIN_TIMEOUT_SECONDS } from '../stage/time-limits.ts'
import { NodeFunction } from './node-function.ts'

/** It mostly loads AWS clients and hashes; more memory gives it more CPU. */
const MEMORY_SIZE_MB = 512

export interface AdminFunctionProps {
  stage: StageConfig
  names: StackNames
  bundleRoot: string
  /**
   * `iam`: the function has no URL. IAM in the company's own account decides who may invoke it
   * (`lambda:InvokeFunction` on its ARN). `gateway`: it is behind the gateway, serves the web console too, and
   * authenticates by administrator token.
   */
  access: 'iam' | 'gateway'
  logKey?: IKey | undefined
}

/** A function that serves the admin API. */
export class AdminFunction extends Construct {
  readonly nodeFunction: NodeFunction
  readonly access: AdminFunctionProps['access']

  constructor(scope: Construct, id: string, props: AdminFunctionProps) {
    super(scope, id)
    const { names } = props
    this.access = props.access
    const own =
      props.access === 'iam'
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
              'Administers connectors and accounts over HTTP with administrator tokens; web console',
          }
    this.nodeFunction = new NodeFunction(this, 'Node', {
      ...own,
      bundleRoot: props.bundleRoot,
      memorySizeMb: MEMORY_SIZE_MB,
      timeoutSeconds: ADMIN_TIMEOUT_SECONDS[props.access],
      logLevel: props.stage.logLevel,
      logRetentionDays: props.stage.logRetentionDays,
      logKey: props.logKey,
    })
    const { maxApiTokenDays } = props.stage
    if (maxApiTokenDays !== undefined)
      this.nodeFunction.setEnvironment(ENV.maxApiTokenDays, String(maxApiTokenDays))
  }
}
