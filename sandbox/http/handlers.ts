/** The handler of each operation. Operations without one respond with 501. */
import {
  attachMcpServer,
  detachMcpServer,
  listAgentMcpServers,
  updateAgentSkills,
} from '../agents/agent-attachments.ts'
import { listAgentVersions, retrieveAgentVersion } from '../agents/agent-versions.ts'
import { createAgent, listAgents, retrieveAgent, updateAgent } from '../agents/agents.ts'
import { callMcpTools, listMcpServers, listMcpServerTools, retrieveMcpServer } from '../agents/mcp-gateway.ts'
import { listModels, routeModel } from '../agents/models.ts'
import { TEAMS } from '../agents/people.ts'
import { createSkill, deleteSkill, downloadSkill, listSkills, updateSkill } from '../agents/skills.ts'
import { downloadArtifact, listArtifacts } from '../artifacts/artifacts.ts'
import { downloadFile, downloadFiles, uploadFile, uploadFiles } from '../flows/flow-files.ts'
import {
  getInputs,
  getRun,
  killPipeline,
  listSavedItems,
  listWorkbooks,
  runHistory,
  startPipeline,
} from '../flows/flows.ts'
import { resolveApprovals } from '../sessions/approvals.ts'
import { createChatCompletion } from '../sessions/chat.ts'
import { deleteQueued, editQueued, listQueued, queueMessage, sendQueued } from '../sessions/message-queue.ts'
import { uploadSessionFile } from '../sessions/session-files.ts'
import {
  cancelSession,
  createSession,
  listSessions,
  renameSession,
  retrieveSession,
  sendMessage,
} from '../sessions/sessions.ts'
import { ok } from './api-response.ts'
import type { Handler } from './call.ts'

/** By operation id of the API description. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  listAgents,
  createAgent,
  retrieveAgent,
  updateAgent,
  listAgentVersions,
  retrieveAgentVersion,
  updateAgentSkills,
  listAgentMcpServers,
  attachAgentMcpServer: attachMcpServer,
  detachAgentMcpServer: detachMcpServer,
  listSessions,
  createSession,
  retrieveSession,
  renameSession,
  sendMessage,
  cancelSession,
  uploadSessionFile,
  resolveSessionApprovals: resolveApprovals,
  listQueuedMessages: listQueued,
  queueSessionMessage: queueMessage,
  updateQueuedMessage: editQueued,
  deleteQueuedMessage: deleteQueued,
  sendQueuedMessage: sendQueued,
  listArtifacts,
  downloadArtifact,
  createChatCompletion,
  listModels,
  routeModel,
  startFlow: startPipeline,
  killPipeline,
  getAutomationRun: getRun,
  listWorkbooks,
  listSavedAutomations: listSavedItems,
  getInputs,
  getAutomationRunHistory: runHistory,
  uploadFile,
  uploadFiles,
  downloadFile,
  downloadFiles,
  listSkills,
  createSkill,
  updateSkill,
  deleteSkill,
  downloadSkill,
  listTeams: () => ok({ teams: TEAMS }),
  listMcpServers,
  retrieveMcpServer,
  listMcpServerTools,
  callMcpTools,
}
