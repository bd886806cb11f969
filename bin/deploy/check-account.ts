import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { describeCause } from '../../lambda/shared/errors.ts'
import { commandLine } from '../installation.ts'
import { NotReadyError } from './not-ready.ts'

export interface AccountToCheck {
  profile: string | undefined
  region: string | undefined
}

/** The stack in which `cdk bootstrap` keeps what deployments need. */
const TOOLKIT_STACK = 'CDKToolkit'

/** AWS's words for credentials that it knows and no longer takes, or does not know at all. */
const REFUSED =
  /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|RequestExpired/
const UNREACHABLE = /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|TimeoutError|NetworkingError/

/**
 * One question to CloudFormation tells whether there is a region, whether there are credentials, whether AWS takes
 * them, and whether the account was prepared for CDK.
 * @throws NotReadyError with one sentence on what is missing and how to get it.
 */
export async function checkAccount({
  profile,
  region,
}: AccountToCheck): Promise<{ isBootstrapped: boolean }> {
  const client = new CloudFormationClient({
    maxAttempts: 2,
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
  })
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: TOOLKIT_STACK }))
    return { isBootstrapped: Stacks.some(stack => isUsable(stack.StackStatus ?? '')) }
  } catch (error) {
    return judge(error, profile)
  } finally {
    client.destroy()
  }
}

function isUsable(status: string): boolean {
  return status.endsWith('_COMPLETE') && !['ROLLBACK_COMPLETE', 'DELETE_COMPLETE'].includes(status)
}

function judge(error: unknown, profile: string | undefined): { isBootstrapped: boolean } {
  if (!(error instanceof Error)) throw error
  const words = `${error.name} ${'code' in error ? String(error.code) : ''} ${error.message}`
  const signIn = `Sign in (for example: aws sso login${profile === undefined ? '' : ` --profile ${profile}`}) and try again.`
  if (/ValidationError.*does not exist/s.test(words)) return { isBootstrapped: false }
  // Deploying may be allowed where looking at the toolkit is not: CDK will tell.
  if (/AccessDenied/.test(words)) return { isBootstrapped: true }
  if (/Region is missing/.test(words)) {
    throw new NotReadyError(
      `No AWS region is set. Name one: ${commandLine('deploy', '--region eu-central-1')}, or "region" in the stage file, or AWS_REGION.`,
    )
  }
  if (REFUSED.test(words)) throw new NotReadyError(`AWS refused the credentials (${error.name}). ${signIn}`)
  if (/CredentialsProviderError|TokenProviderError|Could not (load|resolve) credentials/.test(words)) {
    throw new NotReadyError(
      profile === undefined
        ? `No AWS credentials were found. Sign in (for example: aws sso login) and name the profile: ${commandLine('deploy', '--profile NAME')}. Or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`
        : `The profile "${profile}" gives no AWS credentials. ${signIn}`,
    )
  }
  if (UNREACHABLE.test(words)) {
    throw new NotReadyError(
      `AWS CloudFormation could not be reached (${error.name}). Check the network and the region's name.`,
    )
  }
  throw new NotReadyError(`AWS CloudFormation answered ${describeCause(error)}`)
}
