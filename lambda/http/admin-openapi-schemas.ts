/**
 * Schemas of the admin API's requests and responses. They are closed: no field is left undescribed.
 * Pure data.
 */
import { MAX_RESULT_CHARACTERS } from '../connectors/connector.ts'
import {
  accountId,
  count,
  expiry,
  id,
  input,
  list,
  name,
  orNull,
  printable,
  record,
  ref,
  type Schema,
  text,
  timestamp,
  word,
  words,
} from './admin-schema-parts.ts'
import { API_TOKEN_SCHEMAS } from './admin-token-schemas.ts'

const exposure: Schema = { type: 'string', enum: ['all', 'essentials', 'discovery'] }
const methods = words(word, 200, 'read, write, custom or exact tool names; empty: all tools.')
const tags = words(
  word,
  50,
  "Tags of the catalog and the account's tool groups. A tool needs at least one of them; empty: all tools.",
)
const catalogVersion: Schema = {
  type: 'integer',
  minimum: 1,
  description:
    'Tools of later versions of the catalog are not offered. The newest is `version` of GET /catalog.',
}
const config = {
  methods,
  tags,
  tool_exposure: {
    ...exposure,
    description: 'Which allowed tools are listed. Only methods and tags decide which may be called.',
  },
  require_api_token_auth: {
    type: 'boolean',
    description: 'The client must also send an API token with the scope connect.',
  },
  catalog_version: catalogVersion,
  max_result_characters: {
    type: 'integer',
    minimum: MAX_RESULT_CHARACTERS.least,
    maximum: MAX_RESULT_CHARACTERS.most,
    description:
      'Characters of text in one tool result; 48,000 by default. What is cut can be read on part by part.',
  },
}
const connectorFields = {
  id,
  name,
  account_id: accountId,
  config: record('What the connector allows.', config),
  disabled: { type: 'boolean' },
  expires_at: expiry,
  created_by: text('Who created it.'),
  created_at: timestamp('When it was created.'),
  updated_at: timestamp('When an administrator last changed it.'),
  last_used_at: orNull(timestamp('To the minute; null: not used yet.')),
  last_used_from: orNull(
    text('Network of the last use (203.0.113.0/24, 2001:db8:1::/48); null: not used yet, or not known.'),
  ),
  revoked_at: orNull(timestamp('When it was revoked; null: not revoked.')),
}
const groupFields = {
  tools: words(word, 200, 'Exact tool names.'),
  tags: words(word, 50, 'Tags of the catalog.'),
  catalog_version: {
    ...catalogVersion,
    description: 'The tags mean the tools of this version of the catalog.',
  },
}
const check: Schema = {
  anyOf: [
    record('It works.', { state: { const: 'ok' } }),
    record('It does not work.', { state: { const: 'failed' }, message: text('The name of the error.') }),
    record('Not part of this deployment.', { state: { const: 'off' } }),
  ],
}

const validationErrors = (description: string): Schema => ({
  type: 'array',
  description,
  items: record('One validation error.', {
    path: text('Where it is, such as config.tags[0]; empty for the whole body.'),
    message: text('What is expected.'),
  }),
})

export const ADMIN_SCHEMAS: Record<string, Schema> = {
  Connector: record('One MCP server URL on one account.', connectorFields),
  ConnectorWithToken: record('A connector with its token and URL, which only this response contains.', {
    ...connectorFields,
    token: { type: 'string', pattern: '^gmcp_[a-z0-9]{16}_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}$' },
    url: { type: 'string', format: 'uri', description: 'The URL for the client. Treat it like a password.' },
  }),
  ConnectorCreation: input(
    'A new connector. Fields that are left out get safe defaults.',
    { name, config: input('What the connector allows.', config), expires_at: expiry },
    ['name'],
  ),
  ConnectorChange: {
    ...input('The fields to change; config merges per field.', {
      name,
      config: input('The fields of the config to change.', config),
      expires_at: expiry,
      disabled: { type: 'boolean' },
    }),
    minProperties: 1,
  },
  Rotation: input('How long the old URL remains valid.', {
    grace_seconds: {
      type: 'integer',
      minimum: 0,
      maximum: 86_400,
      description: 'How long the old URL remains valid (default 0).',
    },
  }),
  Refresh: input('Whether to change the connector.', {
    preview: {
      type: 'boolean',
      description: 'true: only list the tools that would be added (default false).',
    },
  }),
  ConnectorRefresh: record('What a refresh adds.', {
    connector: ref('Connector'),
    added_tools: {
      type: 'array',
      items: { type: 'string' },
      description: 'Tools that it did not offer before.',
    },
    preview: { type: 'boolean', description: 'true: nothing was changed.' },
  }),
  ConnectorList: list('Connector', {
    unreadable: {
      type: 'array',
      items: text('Id of a connector on this page that this version cannot read.'),
    },
  }),
  Call: record('One tool call, without its arguments and result.', {
    at: text('When it ended: RFC 3339 with milliseconds.'),
    connector_id: text('The connector that was used.'),
    tool: text('Name of the tool.'),
    outcome: text('ok or the error code.'),
    duration_ms: count('Duration of the call.'),
    upstream_calls: count('Requests to Gumloop.'),
    upstream_status: orNull({ type: 'integer', description: "HTTP status of Gumloop's last response." }),
    upstream_ms: count('The part of it spent waiting for Gumloop.'),
    argument_characters: count('Length of the arguments, as JSON.'),
    result_characters: count('Length of the text that the model received.'),
    client: orNull(text('Name and version that the client reports.')),
    api_token_id: orNull(text('The API token that the call came with; null: the connector requires none.')),
    request_id: text('The request id in the log.'),
  }),
  CallList: list('Call'),
  Account: record('One set of Gumloop credentials, without the key.', {
    id: accountId,
    state: {
      type: 'string',
      enum: ['ready', 'needs_reauth'],
      description: 'needs_reauth: Gumloop rejects the key.',
    },
    refused_at: orNull(timestamp('When Gumloop first rejected the current key.')),
    created_by: text('Who created it.'),
    created_at: timestamp('When it was created.'),
    updated_at: timestamp('When the credentials were last stored.'),
  }),
  AccountList: list('Account'),
  Credentials: input(
    "An account's Gumloop credentials.",
    {
      api_key: printable(4_096, 'The Gumloop API key.'),
      user_id: printable(200, "Gumloop user id of the key's owner. Required for a personal key."),
      team_id: printable(200, 'Team of a team key.'),
    },
    ['api_key'],
  ),
  ToolGroup: record('A named set of tools of an account, used as a tag.', {
    account_id: accountId,
    name: accountId,
    ...groupFields,
    created_by: text('Who created it.'),
    created_at: timestamp('When it was created.'),
    updated_at: timestamp('When it was last changed.'),
  }),
  ToolGroupList: list('ToolGroup'),
  ToolGroupDefinition: {
    ...input(
      'A tool is in the group if it is listed, or has one of the tags. At least one tool or tag is required.',
      groupFields,
    ),
    anyOf: [
      { properties: { tools: { minItems: 1 } }, required: ['tools'] },
      { properties: { tags: { minItems: 1 } }, required: ['tags'] },
    ],
  },
  ...API_TOKEN_SCHEMAS,
  ApiTokenList: list('ApiToken'),
  AuditEntry: record('One change by an administrator.', {
    at: text('RFC 3339 with milliseconds.'),
    actor: text(
      'api-token:ID, local-server, iam:ARN for an AWS identity that AWS has confirmed, or iam:unverified.',
    ),
    action: text('Such as connector.create.'),
    account_id: orNull(accountId),
    target: text('Id of the connector, account or API token; name of the tool group.'),
    detail: { type: 'object', description: 'What was requested; never a secret.' },
    outcome: { type: 'string', enum: ['begun', 'done', 'failed'] },
    error: orNull(text('Error code, if it failed.')),
  }),
  AuditEntryList: list('AuditEntry'),
  CatalogEntry: record('A tool.', {
    name: text('The exact name of the tool.'),
    title: text('Display name.'),
    method_group: { type: 'string', enum: ['read', 'write', 'custom'] },
    tags: { type: 'array', items: { type: 'string' } },
    essential: { type: 'boolean', description: 'Listed with tool_exposure essentials.' },
    since: count('Version of the catalog that it came with.'),
    discovery: { type: 'boolean', description: 'One of the three tools that find and call the others.' },
    tokens: count('Tokens that its definition adds to a tool list (o200k_base).'),
  }),
  Catalog: record('The tools and tags that connectors can select.', {
    version: count('The newest version: what a new connector is made with.'),
    methods: { type: 'array', items: { type: 'string' } },
    tags: { type: 'array', items: { type: 'string' } },
    tools: { type: 'array', items: ref('CatalogEntry') },
  }),
  Deployment: record('State of the deployment.', {
    version: text('Version of the server.'),
    now: timestamp("The server's clock, which decides about expiry."),
    node: text('Version of Node.js.'),
    checks: record('The checks and their results.', { table: check, call_log: check, long_runs: check }),
  }),
  Error: record('Every error has this shape.', {
    error: record(
      'The error.',
      {
        code: { type: 'string', description: 'One of a closed set of codes.' },
        message: text('What went wrong.'),
        next_step: text('What to do about it.'),
        errors: validationErrors('Every validation error of the input.'),
        faults: {
          ...validationErrors('The same list as `errors`. Deprecated: removed in 0.3.'),
          deprecated: true,
        },
      },
      ['next_step', 'errors', 'faults'],
    ),
  }),
}
