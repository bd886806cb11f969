import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'

/**
 * A resource policy that allows requests from `ipRanges` and rejects all others with 403, before any function
 * runs. It covers the whole API, not only `/mcp`, so that no unusual notation of a path bypasses it.
 */
export function allowOnly(ipRanges: string[]): PolicyDocument {
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
