import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { CfnAccount } from 'aws-cdk-lib/aws-apigateway'
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'

const MANAGED_POLICY = 'service-role/AmazonAPIGatewayPushToCloudWatchLogs'

/**
 * The role with which API Gateway writes access logs. It is one setting per account and region, shared by
 * all APIs; a new account has none, and then a stage with an access log cannot be deployed. It is retained when the
 * stack is removed, since other APIs may use it by then. Where your platform sets it, use `apiGatewayLogRole: "off"`.
 */
export class ApiGatewayLogRole extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id)
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(MANAGED_POLICY)],
    })
    role.applyRemovalPolicy(RemovalPolicy.RETAIN)
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${MANAGED_POLICY}]`,
      reason:
        'An account-wide role for every API of the region. API Gateway rejects a role that cannot write all log groups, and this is the policy that AWS maintains for it.',
    })
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn })
    account.applyRemovalPolicy(RemovalPolicy.RETAIN)
  }
}
