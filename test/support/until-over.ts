/** Waits for the end of a run, as a client that polls does. */
import { expect, vi } from 'vitest'
import type { Json } from './mcp-server.ts'

/** Polls until the run is over. @returns the run. @throws when it does not end within 30 s */
export function untilOver(readRun: () => Promise<Json>): Promise<Json> {
  const poll = async () => {
    const run = await readRun()
    expect(run.is_over).toBe(true)
    return run
  }
  return vi.waitFor(poll, { timeout: 30_000, interval: 500 })
}
