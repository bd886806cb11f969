/** Proves to a deployed admin function which AWS identity invokes it, for its audit trail. */
import { askSts } from '../../lambda/aws/caller-identity.ts'
import {
  type IdentityProof,
  type ProofPurpose,
  purposeHeaders,
  type SigningCredentials,
  signCallerIdentity,
} from '../../lambda/aws/identity-proof.ts'
import { partitionOf } from '../../lambda/aws/partition.ts'

/** What AWS's clients resolve from the environment and its profiles. */
export interface AwsPlace {
  credentials: () => Promise<SigningCredentials & { accountId?: string }>
  region: () => Promise<string>
}

/**
 * A proof for one request, or undefined where none can be made (no credentials, STS cannot be reached): the function
 * then records `iam:unverified`. Sends one request to STS if the account is not known otherwise.
 */
export async function proveIdentity(
  place: AwsPlace,
  functionName: string,
  request: ProofPurpose['request'],
): Promise<IdentityProof | undefined> {
  try {
    const [credentials, region] = await Promise.all([place.credentials(), place.region()])
    const accountOfCaller = async () => {
      if (credentials.accountId !== undefined) return credentials.accountId
      const own = await askSts(signCallerIdentity(credentials, { region, nowMs: Date.now() }))
      return own?.split(':')[4]
    }
    const functionArn = await arnOf(functionName, region, accountOfCaller)
    if (functionArn === undefined) return undefined
    const headers = purposeHeaders({ functionArn, request })
    return signCallerIdentity(credentials, { region, nowMs: Date.now() }, headers)
  } catch {
    return undefined
  }
}

/** The function's ARN without a qualifier, from any name that `Invoke` accepts. */
async function arnOf(
  name: string,
  region: string,
  accountOfCaller: () => Promise<string | undefined>,
): Promise<string | undefined> {
  if (name.startsWith('arn:')) return name.split(':').slice(0, 7).join(':')
  const prefix = `arn:${partitionOf(region).name}:lambda:${region}`
  const [, account, inAccount] = /^(\d{12}):(?:function:)?([^:]+)/.exec(name) ?? []
  if (account !== undefined) return `${prefix}:${account}:function:${inAccount}`
  const own = await accountOfCaller()
  return own === undefined ? undefined : `${prefix}:${own}:function:${name.split(':')[0]}`
}
