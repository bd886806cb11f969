/** What keeps a turn polled until its watch ends: an execution of the state machine, or a timer of the local server. */
export interface PollScheduler {
  /**
   * Has this attempt polled, first after `waitSeconds` and until `deadlineMs` (epoch ms) at the latest. Scheduling the
   * same attempt twice is harmless. Throws when it could not be scheduled.
   */
  schedule(poll: { watchId: string; attempt: number; waitSeconds: number; deadlineMs: number }): Promise<void>
}
