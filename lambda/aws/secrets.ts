/** Secrets through the official client, for administration, which writes and removes them but never reads them. */
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  InvalidRequestException,
  PutResourcePolicyCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { AppError } from '../shared/errors.ts'
import { CLIENT_TIMEOUTS } from './client-timeouts.ts'

export interface Secrets {
  /** Stores `text` as the secret's current value; creates the secret if it does not exist. */
  put(secretName: string, text: string): Promise<void>
  /**
   * Deletes the secret permanently, without a recovery window, since a removed key must not linger. Does nothing if it
   * does not exist.
   */
  remove(secretName: string): Promise<void>
}

export interface SecretsOptions {
  /** Resource policy of every secret, as JSON. */
  resourcePolicy: string
  /** ARN of the KMS key that encrypts them; left out: the key that AWS manages for Secrets Manager. */
  keyArn?: string | undefined
  client?: SecretsManagerClient
}

export function createSecrets({
  resourcePolicy,
  keyArn,
  client = new SecretsManagerClient({ requestHandler: CLIENT_TIMEOUTS }),
}: SecretsOptions): Secrets {
  /** An empty secret, so that no value is ever in one that lacks the policy. */
  async function createIfMissing(secretName: string): Promise<void> {
    const Description = 'Gumloop credentials of one account'
    try {
      await client.send(new CreateSecretCommand({ Name: secretName, Description, KmsKeyId: keyArn }))
    } catch (error) {
      if (!(error instanceof ResourceExistsException)) throw error
    }
  }

  return {
    async put(secretName, text) {
      const policy = { ResourcePolicy: resourcePolicy, BlockPublicPolicy: true }
      try {
        await createIfMissing(secretName)
        await client.send(new PutResourcePolicyCommand({ SecretId: secretName, ...policy }))
        // The empty id stands for AWS's key: a secret must not stay with a key that the stage no longer has.
        const value = { SecretString: text, KmsKeyId: keyArn ?? '' }
        await client.send(new UpdateSecretCommand({ SecretId: secretName, ...value }))
      } catch (error) {
        throw failed('stored', error)
      }
    },

    async remove(secretName) {
      try {
        await client.send(new DeleteSecretCommand({ SecretId: secretName, ForceDeleteWithoutRecovery: true }))
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw failed('removed', error)
      }
    },
  }
}

function failed(verb: string, error: unknown): AppError {
  // A secret that was deleted by hand keeps its name for days, and rejects every write meanwhile.
  const beingDeleted = error instanceof InvalidRequestException
  return new AppError(
    beingDeleted ? 'conflict' : 'internal',
    beingDeleted
      ? 'AWS is still deleting a secret with this name. Restore it in Secrets Manager, or wait until it is deleted.'
      : `The credentials could not be ${verb}. Try again.`,
    {},
    error instanceof Error ? new Error(error.name) : undefined,
  )
}
