/** Puts events on the AWS account's default event bus, one signed request each. */
import { AppError } from '../shared/errors.ts'
import { toJson } from '../shared/json-text.ts'
import { signedRequest } from './signed-request.ts'

export interface Events {
  /** Throws `internal` when the event was not accepted. */
  put(event: { source: string; detailType: string; detail: unknown }): Promise<void>
}

export function createEvents(): Events {
  return {
    async put({ source, detailType, detail }) {
      const answer = await signedRequest({
        service: 'events',
        operation: 'PutEvents',
        input: { Entries: [{ Source: source, DetailType: detailType, Detail: toJson(detail) }] },
      })
      if (!answer.ok) throw notAccepted(answer.errorName)
      // The request can succeed and its entry fail.
      const { FailedEntryCount, Entries } = answer.body
      if (FailedEntryCount === 0 || FailedEntryCount === undefined) return
      const [entry] = Array.isArray(Entries) ? Entries : []
      throw notAccepted(typeof entry?.ErrorCode === 'string' ? entry.ErrorCode : undefined)
    },
  }
}

function notAccepted(reason: string | undefined): AppError {
  return new AppError('internal', 'The event could not be sent and will be retried.', {}, new Error(reason))
}
