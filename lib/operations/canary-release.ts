import { Validations } from 'aws-cdk-lib'
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy'
import { Construct } from 'constructs'
import type { McpFunction } from '../functions/mcp-function.ts'

export interface CanaryReleaseProps {
  mcp: McpFunction
  /** Any of them takes the release back. */
  alarms: Alarm[]
}

/**
 * Gives a new version a tenth of the calls for five minutes before it gets them all, and takes it back when an alarm
 * goes off meanwhile. A deployment takes those five minutes longer.
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
        'The role of CodeDeploy itself, which only that service may take on. AWS keeps the policy in step with what the service does; it can shift aliases and read alarms.',
    })
  }
}
