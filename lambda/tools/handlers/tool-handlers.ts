/** Every tool handler by the name that tool files use. A test in `test/architecture` checks that both sides fit. */
import type { ToolHandler } from '../tool-call.ts'
import { changeSession, createSession, getSession } from './agent-sessions.ts'
import { changeTrigger, listTriggers, withoutWebhookUrl } from './agent-triggers.ts'
import { getArtifact, listArtifacts } from './artifact-links.ts'
import { attachKnowledgeSource } from './attach-knowledge-source.ts'
import { attachMcpServer } from './attach-mcp-server.ts'
import { confirmDeletion } from './confirm-deletion.ts'
import { createChatCompletion } from './create-chat-completion.ts'
import { getToolSchema, refuseUnknownTool, searchForTools } from './discover-tools.ts'
import { downloadFlowFile, downloadFlowFiles } from './download-flow-files.ts'
import { getFlowInputs } from './flow-inputs.ts'
import { listFlowRuns, listFlows } from './flow-lists.ts'
import { createFlowRun, getFlowRun } from './flow-runs.ts'
import { getDataExport } from './get-data-export.ts'
import { listAgents } from './list-agents.ts'
import { listRecentFiles } from './list-recent-files.ts'
import { listRecentRuns } from './list-recent-runs.ts'
import { callMcpTools, listMcpServerItems } from './mcp-gateway.ts'
import { readArtifact } from './read-artifact.ts'
import { runAgent } from './run-agent.ts'
import { sendMessage } from './send-message.ts'
import { setArtifactPassword } from './set-artifact-password.ts'
import { stopRun } from './stop-run.ts'
import { uploadFile, uploadFiles } from './upload-files.ts'
import { waitForFlowRun, waitForSession } from './wait-tools.ts'

export const TOOL_HANDLERS: Readonly<Record<string, ToolHandler>> = {
  'create-session': createSession,
  'get-session': getSession,
  'run-agent': runAgent,
  'list-recent-runs': listRecentRuns,
  'list-recent-files': listRecentFiles,
  'stop-run': stopRun,
  'change-session': changeSession,
  'send-message': sendMessage,
  'wait-for-session': waitForSession,
  'wait-for-flow-run': waitForFlowRun,
  'list-flows': listFlows,
  'get-flow-inputs': getFlowInputs,
  'create-flow-run': createFlowRun,
  'get-flow-run': getFlowRun,
  'list-flow-runs': listFlowRuns,
  'list-artifacts': listArtifacts,
  'get-artifact': getArtifact,
  'read-artifact': readArtifact,
  'upload-file': uploadFile,
  'upload-files': uploadFiles,
  'download-flow-file': downloadFlowFile,
  'download-flow-files': downloadFlowFiles,
  'get-data-export': getDataExport,
  'create-chat-completion': createChatCompletion,
  'attach-mcp-server': attachMcpServer,
  'attach-knowledge-source': attachKnowledgeSource,
  'list-agents': listAgents,
  'list-triggers': listTriggers,
  'change-trigger': changeTrigger,
  'without-webhook-url': withoutWebhookUrl,
  'set-artifact-password': setArtifactPassword,
  'list-mcp-server-items': listMcpServerItems,
  'call-mcp-tools': callMcpTools,
  'confirm-deletion': confirmDeletion,
  'search-tools': searchForTools,
  'get-tool-schema': getToolSchema,
  'call-tool': refuseUnknownTool,
}
