/** All commands, and the options that all of them take. */
import { ACCOUNT_COMMANDS } from './account-commands.ts'
import { API_TOKEN_COMMANDS } from './api-token-commands.ts'
import { AUDIT_COMMANDS } from './audit-commands.ts'
import type { Command, Option } from './command.ts'
import { COMPLETION_COMMAND } from './completion-command.ts'
import { CONNECTOR_COMMANDS } from './connector-commands.ts'
import { CONNECTOR_TEST_COMMAND } from './connector-test-command.ts'
import { DOCTOR_COMMAND } from './doctor-command.ts'
import { ENDPOINT_COMMANDS } from './endpoint-commands.ts'
import { LOCAL_SERVER_URL } from './http-transport.ts'
import { LOGS_COMMANDS } from './logs-commands.ts'
import { TOOL_GROUP_COMMANDS } from './tool-group-commands.ts'

export const COMMANDS: Command[] = [
  ...CONNECTOR_COMMANDS,
  CONNECTOR_TEST_COMMAND,
  ...ACCOUNT_COMMANDS,
  ...TOOL_GROUP_COMMANDS,
  ...API_TOKEN_COMMANDS,
  ...AUDIT_COMMANDS,
  ...LOGS_COMMANDS,
  DOCTOR_COMMAND,
  ...ENDPOINT_COMMANDS,
  COMPLETION_COMMAND,
]

/** Descriptions of the command groups, for the help. */
export const GROUPS: Record<string, string> = {
  connector: 'MCP server URLs, each for one account and a selection of tools',
  account: 'sets of Gumloop credentials, and their tool groups',
  'api-token': 'tokens for the admin API, and for connectors that require one beside their URL',
  audit: 'changes made by administrators',
}

export const COMMON_OPTIONS: Record<string, Option> = {
  json: { type: 'boolean', about: 'print the result as JSON' },
  server: {
    type: 'string',
    value: 'URL',
    about: `a running server (default: GUMLOOP_MCP_SERVER, the server of this folder, or ${LOCAL_SERVER_URL})`,
  },
  stack: {
    type: 'string',
    value: 'NAME',
    about: 'a deployed stack, through its admin function with your AWS credentials',
  },
  function: { type: 'string', value: 'NAME', about: 'the admin function itself, if its name is different' },
  profile: { type: 'string', value: 'NAME', about: 'AWS profile (default: AWS_PROFILE)' },
  region: { type: 'string', value: 'NAME', about: 'AWS region of the stack (default: AWS_REGION)' },
  help: { type: 'boolean', about: 'show this help' },
}
