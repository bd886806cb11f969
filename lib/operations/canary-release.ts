import { Validations } from 'aws-cdk-lib'
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy'
import { Construct } from 'constructs'
import type { McpFunction } from '../functions/mcp-function.ts'

export interface CanaryReleaseProps {
  mcp: McpFunction
  /** Any of them rolls the release back. */
  alarms: Alarm[]
}

/**
 * Sends a tenth of the calls to a new version for five minutes, then all of them, and rolls it back when an alarm
 * fires meanwhile. A deployment takes five minutes longer.
 */
export class CanaryRelease extends Construct {
  constructor(scope: Construct, id: string, { mcp, alarms }: CanaryReleaseProps) {
    super(scope, id)
    const group = new LambdaDeploymentGroup(this, 'Group', {
      alias: mcp.live,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms,
      autoRollback: { deploymentInAlarm: true, failedDeployment: true, stoppedDeployment: true },
    })
    Validations.of(group).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      reason:
        'The role of CodeDeploy, which only that service can assume. AWS maintains the policy; it can shift aliases and read alarms.',
    })
  }
}
