import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../shared/errors.ts'

/** Waits that many milliseconds. @throws AppError `cancelled` when the signal fires, before or during the pause. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal }).catch(() => {
    throw new AppError('cancelled', 'The call was cancelled by the client.')
  })
}
