/** Reads one secret with a single signed request: how the request path gets an account's credentials. */
import { AppError } from '../shared/errors.ts'
import { openConnection, signedRequest } from './signed-request.ts'

export interface SecretReader {
  /** The current text of the secret, or undefined when no secret has that name. Throws `internal`. */
  read(secretName: string): Promise<string | undefined>
  /** Opens the connection before the first read. Never throws. */
  prime(): Promise<void>
}

export function createSecretReader(): SecretReader {
  return {
    async read(secretName) {
      const answer = await signedRequest({
        service: 'secretsmanager',
        operation: 'GetSecretValue',
        input: { SecretId: secretName },
      })
      if (answer.ok)
        return typeof answer.body.SecretString === 'string' ? answer.body.SecretString : undefined
      // InvalidRequestException: the secret is being deleted, which counts as gone.
      if (
        answer.errorName === 'ResourceNotFoundException' ||
        answer.errorName === 'InvalidRequestException'
      ) {
        return undefined
      }
      throw new AppError(
        'internal',
        'The credentials could not be read. Try again.',
        {},
        new Error(answer.errorName),
      )
    },
    prime: () => openConnection('secretsmanager'),
  }
}
