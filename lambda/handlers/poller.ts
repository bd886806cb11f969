/** Lambda handler of the poller, a task of the state machine that watches long runs: one poll per invocation. */
import { type PollResult, pollRun } from '../runs/watch/poll-run.ts'
import { wirePoller } from './poller-wiring.ts'

const deps = wirePoller(process.env)

export const handler = (input: { watch_id: string; attempt: number }): Promise<PollResult> =>
  pollRun(input, deps)
