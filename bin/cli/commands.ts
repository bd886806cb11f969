/** Every command there is, and the options that all of them take. */
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

/** What each first word is about that several commands share, for the help. */
export const GROUPS: Record<string, string> = {
  connector: 'MCP server URLs, each limited to some tools of one account',
  account: 'sets of Gumloop credentials, and words of their own for groups of tools',
  'api-token': 'tokens for this API, and for connectors that ask for more than their URL',
  audit: 'who changed what',
}

export const COMMON_OPTIONS: Record<string, Option> = {
  json: { type: 'boolean', about: 'print the record as JSON' },
  server: {
    type: 'string',
    value: 'URL',
    about: `a running server (default: GUMLOOP_MCP_SERVER, the one of this folder, or ${LOCAL_SERVER_URL})`,
  },
  stack: {
    type: 'string',
    value: 'NAME',
    about: 'a deployed stack, through its admin function and your AWS credentials',
  },
  function: { type: 'string', value: 'NAME', about: 'the admin function itself, where it has another name' },
  profile: { type: 'string', value: 'NAME', about: 'profile of your AWS configuration (AWS_PROFILE)' },
  region: { type: 'string', value: 'NAME', about: 'region of the stack (AWS_REGION)' },
  help: { type: 'boolean', about: 'this text' },
}
