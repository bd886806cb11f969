/** How the deployment stands, as far as administration can see from where it runs. For `doctor`. */
import type { LogReader } from '../aws/log-access.ts'
import type { Table } from '../aws/table-access.ts'
import { type Clock, toTimestamp } from '../shared/clock.ts'
import { PRODUCT_VERSION } from '../shared/version.ts'

/** `ok`, or in words what is wrong. */
export type Check = { state: 'ok' } | { state: 'failed'; message: string } | { state: 'off' }

export interface DeploymentView {
  version: string
  /** The server's clock: expiry is measured by it. */
  now: string
  node: string
  checks: { table: Check; call_log: Check; long_runs: Check }
}

export interface DeploymentViewDeps {
  table: Pick<Table, 'getItem' | 'query'>
  logs: LogReader
  now: Clock
  /** Throws when what watches long runs does not answer; absent where they are not watched. */
  checkLongRuns?: () => Promise<void>
}

const LOOKED_BACK_MS = 60_000

/** Asks each part one harmless question. Never throws: what fails is in the answer. */
export async function viewDeployment(deps: DeploymentViewDeps): Promise<DeploymentView> {
  const nowMs = deps.now()
  const [table, call_log, long_runs] = await Promise.all([
    checked(async () => {
      await deps.table.getItem({ pk: 'CHECK', sk: 'CHECK' }, { consistent: true })
      await deps.table.query({ partition: 'CHECK', index: 'list', limit: 1, newestFirst: true })
    }),
    checked(() =>
      deps.logs.search({
        fields: { event: 'check' },
        fromMs: nowMs - LOOKED_BACK_MS,
        untilMs: nowMs,
        limit: 1,
      }),
    ),
    deps.checkLongRuns === undefined ? ({ state: 'off' } as const) : checked(deps.checkLongRuns),
  ])
  return {
    version: PRODUCT_VERSION,
    now: toTimestamp(nowMs),
    node: process.version,
    checks: { table, call_log, long_runs },
  }
}

async function checked(question: () => Promise<unknown>): Promise<Check> {
  try {
    await question()
    return { state: 'ok' }
  } catch (error) {
    return { state: 'failed', message: causeOf(error) }
  }
}

/** The service's own name for the error: it says what is missing (`AccessDeniedException`), and holds no secret. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.name : 'unknown'
}
