/** Reports a connector that is used again after a long silence: a line in the log, and an event where there is a bus. */
import type { Events } from '../aws/events.ts'
import { describeCause } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { RETURN_EVENT } from '../shared/names.ts'
import type { ReturnAfterSilence } from './connector-use.ts'

/** @param events undefined on a local server. */
export function returnReporter(
  events: Events | undefined,
  logger: Logger,
): (returned: ReturnAfterSilence) => Promise<void> {
  return async returned => {
    logger.warn('connector_used_after_silence', { ...returned })
    try {
      await events?.put({ ...RETURN_EVENT, detail: returned })
    } catch (error) {
      logger.error('return_event_not_sent', { id: returned.id, reason: describeCause(error) })
    }
  }
}
