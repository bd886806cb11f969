import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'
import type { StackNames } from '../stage/stack-names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import type { McpApi } from './mcp-api.ts'

export interface WebFirewallProps {
  stage: StageConfig
  names: StackNames
  api: McpApi
}

/**
 * AWS WAF in front of the API: blocks addresses with a bad reputation and floods. No rule inspects the
 * body: chats contain code, markup and SQL, which AWS's rule groups mistake for attacks. Nothing is
 * sampled or logged, since both would contain the path, and with it the connector's token.
 */
export class WebFirewall extends Construct {
  constructor(scope: Construct, id: string, { stage, names, api }: WebFirewallProps) {
    super(scope, id)
    const acl = new CfnWebACL(this, 'Acl', {
      name: names.stack,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: unsampled(`${names.stack}-all`),
      rules: [
        {
          name: 'reputation',
          priority: 0,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: { vendorName: 'AWS', name: 'AWSManagedRulesAmazonIpReputationList' },
          },
          visibilityConfig: unsampled(`${names.stack}-reputation`),
        },
        {
          name: 'rate',
          priority: 1,
          action: { block: {} },
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              limit: stage.wafRequestsPer5Minutes,
              evaluationWindowSec: 300,
            },
          },
          visibilityConfig: unsampled(`${names.stack}-rate`),
        },
      ],
    })
    new CfnWebACLAssociation(this, 'Association', {
      webAclArn: acl.attrArn,
      resourceArn: api.restApi.deploymentStage.stageArn,
    })
  }
}

function unsampled(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false }
}
