/** Deployment cannot begin or go on; the message says what to do. */
export class NotReadyError extends Error {
  override name = 'NotReadyError'
}
