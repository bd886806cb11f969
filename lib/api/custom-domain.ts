import { CfnBasePathMapping, DomainName, EndpointType } from 'aws-cdk-lib/aws-apigateway'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53'
import { Construct } from 'constructs'
import type { StageConfig } from '../stage/stage-config.ts'
import { type McpApi, TLS_POLICY } from './mcp-api.ts'

export interface CustomDomainProps {
  domain: NonNullable<StageConfig['customDomain']>
  api: McpApi
}

/** Your own host name in front of the API, so that connector URLs outlive the stack that serves them. */
export class CustomDomain extends Construct {
  /** What the host name must point at (a CNAME), where no Route 53 zone was given. */
  readonly target: string

  constructor(scope: Construct, id: string, props: CustomDomainProps) {
    super(scope, id)
    const { domainName, certificateArn, hostedZoneId } = props.domain
    const domain = new DomainName(this, 'Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      ...TLS_POLICY,
    })
    new CfnBasePathMapping(this, 'Mapping', {
      domainName: domain.domainName,
      restApiId: props.api.restApi.restApiId,
      stage: props.api.restApi.deploymentStage.stageName,
    })
    this.target = domain.domainNameAliasDomainName
    if (hostedZoneId !== undefined) {
      new CfnRecordSet(this, 'Record', {
        hostedZoneId,
        name: domainName,
        type: 'A',
        aliasTarget: { dnsName: this.target, hostedZoneId: domain.domainNameAliasHostedZoneId },
      })
    }
  }
}
