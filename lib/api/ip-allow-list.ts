import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'

/**
 * A resource policy that lets requests from `ipRanges` through and answers all others with 403, before any function
 * runs. It covers the whole API and not `/mcp` alone: an oddly written path must not be a way around it.
 */
export function onlyFrom(ipRanges: string[]): PolicyDocument {
  const everything = {
    principals: [new AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
  }
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...everything, effect: Effect.ALLOW }),
      new PolicyStatement({
        ...everything,
        effect: Effect.DENY,
        conditions: { NotIpAddress: { 'aws:SourceIp': ipRanges } },
      }),
    ],
  })
}
