/** The handler of each operation. Operations without one respond with 501. */
import {
  getArtifactAccess,
  getSessionAccess,
  getSkillAccess,
  updateArtifactAccess,
  updateArtifactPassword,
  updateSessionAccess,
  updateSkillAccess,
} from '../access/access-operations.ts'
import {
  attachMcpServer,
  detachMcpServer,
  listAgentMcpServers,
  updateAgentSkills,
} from '../agents/agent-attachments.ts'
import {
  attachAgentKnowledgeSource,
  attachAgentSubagent,
  detachAgentKnowledgeSource,
  detachAgentSubagent,
  listAgentKnowledgeSources,
} from '../agents/agent-knowledge.ts'
import {
  deleteAgent,
  listAgentAppRules,
  setAgentIncognito,
  updateAgentAbilities,
} from '../agents/agent-settings.ts'
import { listAgentVersions, retrieveAgentVersion } from '../agents/agent-versions.ts'
import { createAgent, listAgents, retrieveAgent, updateAgent } from '../agents/agents.ts'
import {
  createBrowserProfile,
  deleteBrowserProfile,
  getBrowserProfile,
  importBrowserProfileCookies,
  listBrowserProfiles,
  updateBrowserProfile,
} from '../agents/browser-profiles.ts'
import { createDecision } from '../agents/decisions.ts'
import {
  getMcpServerPrompt,
  listMcpServerPrompts,
  listMcpServerResources,
  readMcpServerResource,
} from '../agents/mcp-content.ts'
import {
  callMcpTools,
  listMcpServerAccounts,
  listMcpServers,
  listMcpServerTools,
  retrieveMcpServer,
} from '../agents/mcp-gateway.ts'
import { listModels, routeModel } from '../agents/models.ts'
import { TEAMS } from '../agents/people.ts'
import { createSkill, deleteSkill, downloadSkill, listSkills, updateSkill } from '../agents/skills.ts'
import { queryWiki } from '../agents/wiki.ts'
import { deleteArtifact, listArtifactVersions, renameArtifact } from '../artifacts/artifact-versions.ts'
import { downloadArtifact, listArtifacts } from '../artifacts/artifacts.ts'
import {
  listBrainSourceChildren,
  listBrainSourceIssues,
  listBrainSyncRuns,
  searchBrain,
  syncBrainSource,
} from '../brain/brain-content.ts'
import { deleteBrainFile, listBrainFiles, uploadBrainFiles } from '../brain/brain-files.ts'
import {
  approveBrainSource,
  createBrainSource,
  deleteBrainSource,
  getBrainSource,
  getBrainSourceEstimate,
  listBrainSources,
} from '../brain/sources.ts'
import {
  getEvaluationConfig,
  getEvaluationMetrics,
  listEvaluations,
  retrieveEvaluation,
  runEvaluations,
  updateEvaluationConfig,
} from '../evaluations/agent-evaluations.ts'
import { getAgentEvaluationOptions, getEvaluationOptions } from '../evaluations/evaluation-options.ts'
import {
  createOrganizationEvaluation,
  deleteOrganizationEvaluation,
  getOrganizationEvaluation,
  getOrganizationEvaluationMetrics,
  getOrganizationEvaluationResult,
  listOrganizationEvaluationResults,
  listOrganizationEvaluations,
  runOrganizationEvaluation,
  setOrganizationEvaluationTargets,
  updateOrganizationEvaluation,
} from '../evaluations/organization-evaluations.ts'
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
import { getOrganizationAuditLogs } from '../organization/audit-log.ts'
import { exportData, exportStatus } from '../organization/data-exports.ts'
import {
  getRoleCreditLimit,
  listOrganizations,
  listRoleCreditLimits,
  managePermissionGroupUsers,
  manageProjectUsers,
  setRoleCreditLimit,
} from '../organization/organization.ts'
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
import { getAgentTriggerStats, listAgentTriggerRuns } from '../triggers/trigger-runs.ts'
import {
  createAgentTrigger,
  deleteAgentTrigger,
  getAgentTrigger,
  getAgentTriggerWebhookUrl,
  listAgentTriggerOperators,
  listAgentTriggers,
  updateAgentTrigger,
} from '../triggers/triggers.ts'
import { ok } from './api-response.ts'
import type { Handler } from './call.ts'

/** By operation id of the API description. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  listAgents,
  createAgent,
  retrieveAgent,
  updateAgent,
  deleteAgent,
  listAgentVersions,
  retrieveAgentVersion,
  updateAgentAbilities,
  setAgentIncognito,
  listAgentAppRules,
  updateAgentSkills,
  listAgentMcpServers,
  attachAgentMcpServer: attachMcpServer,
  detachAgentMcpServer: detachMcpServer,
  listAgentKnowledgeSources,
  attachAgentKnowledgeSource,
  detachAgentKnowledgeSource,
  attachAgentSubagent,
  detachAgentSubagent,
  listAgentTriggers,
  createAgentTrigger,
  getAgentTrigger,
  updateAgentTrigger,
  deleteAgentTrigger,
  getAgentTriggerWebhookUrl,
  listAgentTriggerRuns,
  getAgentTriggerStats,
  listAgentTriggerOperators,
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
  getSessionAccess,
  updateSessionAccess,
  listArtifacts,
  downloadArtifact,
  listArtifactVersions,
  renameArtifact,
  deleteArtifact,
  getArtifactAccess,
  updateArtifactAccess,
  updateArtifactPassword,
  createChatCompletion,
  listModels,
  routeModel,
  createDecision,
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
  getSkillAccess,
  updateSkillAccess,
  listTeams: () => ok({ teams: TEAMS }),
  listMcpServers,
  retrieveMcpServer,
  listMcpServerTools,
  listMcpServerAccounts,
  callMcpTools,
  listMcpServerResources,
  readMcpServerResource,
  listMcpServerPrompts,
  getMcpServerPrompt,
  searchBrain,
  listBrainSources,
  createBrainSource,
  getBrainSource,
  deleteBrainSource,
  listBrainFiles,
  uploadBrainFiles,
  deleteBrainFile,
  getBrainSourceEstimate,
  approveBrainSource,
  syncBrainSource,
  listBrainSyncRuns,
  listBrainSourceIssues,
  listBrainSourceChildren,
  queryWiki,
  listBrowserProfiles,
  createBrowserProfile,
  getBrowserProfile,
  updateBrowserProfile,
  deleteBrowserProfile,
  importBrowserProfileCookies,
  listEvaluations,
  runEvaluations,
  getEvaluationMetrics,
  retrieveEvaluation,
  getEvaluationConfig,
  updateEvaluationConfig,
  getAgentEvaluationOptions,
  getEvaluationOptions,
  listOrganizationEvaluations,
  createOrganizationEvaluation,
  getOrganizationEvaluation,
  updateOrganizationEvaluation,
  deleteOrganizationEvaluation,
  setOrganizationEvaluationTargets,
  runOrganizationEvaluation,
  listOrganizationEvaluationResults,
  getOrganizationEvaluationResult,
  getOrganizationEvaluationMetrics,
  listOrganizations,
  getOrganizationAuditLogs,
  manageProjectUsers,
  managePermissionGroupUsers,
  listRoleCreditLimits,
  getRoleCreditLimit,
  setRoleCreditLimit,
  exportData,
  exportStatus,
}
