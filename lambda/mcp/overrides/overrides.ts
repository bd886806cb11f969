/** Every special behaviour by the name that documentation records use. A law test holds both sides together. */
import type { Override } from '../tool-call.ts'
import { getArtifact, listArtifacts } from './artifact.ts'
import { createChatCompletion } from './chat-completion.ts'
import { createFlowRun, getFlowInputs, getFlowRun, listFlows } from './flow.ts'
import { createSession, getSession } from './session.ts'

export const OVERRIDES: Readonly<Record<string, Override>> = {
  'create-session': createSession,
  'get-session': getSession,
  'list-flows': listFlows,
  'get-flow-inputs': getFlowInputs,
  'create-flow-run': createFlowRun,
  'get-flow-run': getFlowRun,
  'list-artifacts': listArtifacts,
  'get-artifact': getArtifact,
  'create-chat-completion': createChatCompletion,
}
