/** State of the deployment, as far as the admin function can check it. For `doctor`. */
import type { LogReader } from '../aws/log-access.ts'
import type { Table } from '../aws/table-access.ts'
import { connectorKey } from '../connectors/connector-item.ts'
import { type Clock, toTimestamp } from '../shared/clock.ts'
import { PRODUCT_VERSION } from '../shared/version.ts'

/** `failed` comes with the name of the error; `off`: not part of this deployment. */
export type Check = { state: 'ok' } | { state: 'failed'; message: string } | { state: 'off' }

export interface DeploymentView {
  version: string
  /** The server's clock, which decides about expiry. */
  now: string
  node: string
  checks: { table: Check; call_log: Check; long_runs: Check }
}

export interface DeploymentViewDeps {
  table: Pick<Table, 'getItem' | 'query'>
  logs: LogReader
  now: Clock
  /** Throws when the workflow that watches long runs does not respond; absent where long runs are not watched. */
  checkLongRuns?: () => Promise<void>
}

const LOG_SEARCH_MS = 60_000

/** Sends one harmless request to each part. Never throws: failures are part of the result. */
export async function viewDeployment(deps: DeploymentViewDeps): Promise<DeploymentView> {
  const nowMs = deps.now()
  const [table, call_log, long_runs] = await Promise.all([
    checked(async () => {
      await deps.table.getItem(connectorKey('CHECK'), { consistent: true })
      await deps.table.query({ partition: 'CHECK', index: 'list', limit: 1, newestFirst: true })
    }),
    checked(() =>
      deps.logs.search({
        fields: { event: 'check' },
        fromMs: nowMs - LOG_SEARCH_MS,
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

async function checked(probe: () => Promise<unknown>): Promise<Check> {
  try {
    await probe()
    return { state: 'ok' }
  } catch (error) {
    return { state: 'failed', message: causeOf(error) }
  }
}

/** The service's own name of the error (`AccessDeniedException`): it says what is missing and contains no secret. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.name : 'unknown'
}
