/** Limits the size of what is stored and reported of a run: ids stay, and what is cut has its place in `cuts`. Pure. */

import { cutText } from '../../shared/cut-text.ts'
import { fitJson } from '../../shared/fit-json.ts'
import type { RunDetails } from './run-snapshot.ts'

/** Together, in the worst case of UTF-8, below the 400 KB of an item. */
const ANSWER_CHARACTERS = 45_000
const OUTPUTS_CHARACTERS = 30_000
const APPROVALS_CHARACTERS = 12_000
const FAILURE_CHARACTERS = 2_000
const NAME_CHARACTERS = 300
export const MAX_ARTIFACTS = 50

/** `details` within the limits; `cuts` and `shortened` say what is missing. */
export function fitDetails(details: RunDetails): RunDetails {
  const shortened: string[] = [...(details.shortened ?? [])]
  const note = (text: string) => {
    if (!shortened.includes(text)) shortened.push(text)
  }
  const answer = fitJson(details.answer, ANSWER_CHARACTERS, ['answer'])
  const outputs = fitJson(details.outputs, OUTPUTS_CHARACTERS, ['outputs'])
  const approvals = fitJson(details.pending_approvals, APPROVALS_CHARACTERS, ['pending_approvals'])
  const cuts = [...(details.cuts ?? []), ...answer.cuts, ...outputs.cuts, ...approvals.cuts]
  const artifacts = details.artifacts?.slice(0, MAX_ARTIFACTS) ?? null
  if ((details.artifacts?.length ?? 0) > MAX_ARTIFACTS) note('artifacts: only the newest; list the others')
  const { failure } = details
  if (failure !== null && failure.length > FAILURE_CHARACTERS) {
    const more = failure.length - FAILURE_CHARACTERS
    note(`failure: ${more} more characters; get the run for the full text`)
  }
  return {
    ...details,
    answer: answer.value,
    outputs: outputs.value,
    pending_approvals: approvals.value,
    failure: failure === null ? null : cutText(failure, FAILURE_CHARACTERS),
    agent_id: shortName(details.agent_id),
    agent_name: shortName(details.agent_name),
    artifacts: artifacts?.map(note => ({ ...note, filename: shortName(note.filename) })) ?? null,
    ...(shortened.length > 0 && { shortened }),
    ...(cuts.length > 0 && { cuts }),
  }
}

function shortName(name: string | null): string | null {
  return name === null ? null : cutText(name, NAME_CHARACTERS)
}
