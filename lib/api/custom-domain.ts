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

/** A custom host name for the API, so that connector URLs outlive the stack. */
export class CustomDomain extends Construct {
  /** Target of the host name's CNAME record, needed without a Route 53 zone. */
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
