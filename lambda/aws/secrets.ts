/** Secrets through the official client, for administration, which writes and removes them but never reads them. */
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { AppError } from '../shared/errors.ts'

export interface Secrets {
  /** Stores `text` as the secret's current value; creates the secret if it does not exist. */
  put(secretName: string, text: string): Promise<void>
  /**
   * Deletes the secret permanently, without a recovery window, since a removed key must not linger. Does nothing if it
   * does not exist.
   */
  remove(secretName: string): Promise<void>
}

export function createSecrets(client: SecretsManagerClient = new SecretsManagerClient({})): Secrets {
  return {
    async put(secretName, text) {
      try {
        const create = new CreateSecretCommand({
          Name: secretName,
          Description: 'Gumloop credentials of one account',
          SecretString: text,
        })
        await client.send(create)
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw failed('stored', error)
        await client
          .send(new PutSecretValueCommand({ SecretId: secretName, SecretString: text }))
          .catch(putError => Promise.reject(failed('stored', putError)))
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
