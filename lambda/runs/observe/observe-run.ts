/** One observation of a run: one request to Gumloop, and one more for its artifacts once it is over. */

import type { Operation } from '../../gumloop/operation.ts'
import { toListPage } from '../../gumloop/paging.ts'
import type { RunRef } from '../run.ts'
import { LIST_ARTIFACTS, READ_RUN } from './connector-rules.ts'
import { fitDetails, MAX_ARTIFACTS } from './fit-details.ts'
import {
  artifactNote,
  flowRunSnapshot,
  type RunDetails,
  type RunSnapshot,
  sessionSnapshot,
} from './run-snapshot.ts'

/** @throws AppError as Gumloop answers: `not_found` for a run that does not exist (any more). */
export async function observeRun(run: RunRef, operation: Operation): Promise<RunSnapshot> {
  const snapshot =
    run.kind === 'session'
      ? sessionSnapshot((await operation(READ_RUN.session, { session_id: run.id })).value)
      : flowRunSnapshot((await operation(READ_RUN.flow_run, { run_id: run.id, ...run.scope })).value)
  const details = snapshot.isOver ? await withArtifacts(run, snapshot.details, operation) : snapshot.details
  return { ...snapshot, details: fitDetails(details) }
}

/** Only agents make artifacts. A list that cannot be read must not lose the end itself. */
async function withArtifacts(run: RunRef, details: RunDetails, operation: Operation): Promise<RunDetails> {
  if (run.kind === 'flow_run') return { ...details, artifacts: [] }
  if (details.agent_id === null) return details
  try {
    const { value } = await operation(LIST_ARTIFACTS, {
      agent_id: details.agent_id,
      session_id: run.id,
      limit: MAX_ARTIFACTS,
    })
    const { result } = toListPage({ kind: 'cursor', items: 'artifacts' }, {}, value)
    return { ...details, artifacts: result.flatMap(artifactNote) }
  } catch {
    return { ...details, shortened: ['artifacts: could not be listed just now; list them'] }
  }
}
