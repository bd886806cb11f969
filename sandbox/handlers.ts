/** Which handler serves which operation. What is missing here is answered with 501. */
import {
  attachMcpServer,
  detachMcpServer,
  listAgentMcpServers,
  updateAgentSkills,
} from './agent-attachments.ts'
import { listAgentVersions, retrieveAgentVersion } from './agent-versions.ts'
import { createAgent, listAgents, retrieveAgent, updateAgent } from './agents.ts'
import { ok } from './answer.ts'
import { resolveApprovals } from './approvals.ts'
import { downloadArtifact, listArtifacts } from './artifacts.ts'
import type { Handler } from './call.ts'
import { createChatCompletion } from './chat.ts'
import { downloadFile, downloadFiles, uploadFile, uploadFiles } from './flow-files.ts'
import {
  getInputs,
  getRun,
  killPipeline,
  listSavedItems,
  listWorkbooks,
  runHistory,
  startPipeline,
} from './flows.ts'
import { callMcpTools, listMcpServers, listMcpServerTools, retrieveMcpServer } from './mcp-gateway.ts'
import { deleteQueued, editQueued, listQueued, queueMessage, sendQueued } from './message-queue.ts'
import { listModels, routeModel } from './models.ts'
import { TEAMS } from './people.ts'
import { uploadSessionFile } from './session-files.ts'
import {
  cancelSession,
  createSession,
  listSessions,
  renameSession,
  retrieveSession,
  sendMessage,
} from './sessions.ts'
import { createSkill, deleteSkill, downloadSkill, listSkills, updateSkill } from './skills.ts'

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
