import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { describeCause } from '../../lambda/shared/errors.ts'
import { commandLine } from '../installation.ts'
import { awsProxy } from '../use-proxy.ts'
import { NotReadyError } from './not-ready.ts'

export interface AccountToCheck {
  profile: string | undefined
  region: string | undefined
}

/** The stack that `cdk bootstrap` creates. */
const TOOLKIT_STACK = 'CDKToolkit'

/** AWS's errors for expired, invalid or unknown credentials. */
const REJECTED_CREDENTIALS =
  /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|RequestExpired/
const UNREACHABLE = /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|TimeoutError|NetworkingError/

/**
 * Checks with one CloudFormation request that there is a region, that there are credentials, that AWS accepts
 * them, and whether CDK is bootstrapped.
 * @throws NotReadyError with what is missing and how to fix it.
 */
export async function checkAccount({
  profile,
  region,
}: AccountToCheck): Promise<{ isBootstrapped: boolean }> {
  const client = new CloudFormationClient({
    maxAttempts: 2,
    ...awsProxy(),
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
  })
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: TOOLKIT_STACK }))
    return { isBootstrapped: Stacks.some(stack => isUsable(stack.StackStatus ?? '')) }
  } catch (error) {
    return interpretError(error, profile)
  } finally {
    client.destroy()
  }
}

function isUsable(status: string): boolean {
  return status.endsWith('_COMPLETE') && !['ROLLBACK_COMPLETE', 'DELETE_COMPLETE'].includes(status)
}

function interpretError(error: unknown, profile: string | undefined): { isBootstrapped: boolean } {
  if (!(error instanceof Error)) throw error
  const words = `${error.name} ${'code' in error ? String(error.code) : ''} ${error.message}`
  const signIn = `Sign in (for example: aws sso login${profile === undefined ? '' : ` --profile ${profile}`}) and try again.`
  if (/ValidationError.*does not exist/s.test(words)) return { isBootstrapped: false }
  // Deploying may be allowed even if reading this stack is not: CDK reports it.
  if (/AccessDenied/.test(words)) return { isBootstrapped: true }
  if (/Region is missing/.test(words)) {
    throw new NotReadyError(
      `No AWS region is set. Set one with ${commandLine('deploy', '--region eu-central-1')}, "region" in the stage file, or AWS_REGION.`,
    )
  }
  if (REJECTED_CREDENTIALS.test(words))
    throw new NotReadyError(`AWS rejected the credentials (${error.name}). ${signIn}`)
  if (/CredentialsProviderError|TokenProviderError|Could not (load|resolve) credentials/.test(words)) {
    throw new NotReadyError(
      profile === undefined
        ? `No AWS credentials were found. Sign in (for example: aws sso login) and select the profile: ${commandLine('deploy', '--profile NAME')}. Or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`
        : `The profile "${profile}" has no AWS credentials. ${signIn}`,
    )
  }
  if (UNREACHABLE.test(words)) {
    throw new NotReadyError(
      `AWS CloudFormation could not be reached (${error.name}). Check the network connection and the name of the region.`,
    )
  }
  throw new NotReadyError(`AWS CloudFormation returned an error: ${describeCause(error)}`)
}
