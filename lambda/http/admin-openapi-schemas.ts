/**
 * The schemas of the administration's API: what goes in and what comes out, closed (no field that is not described).
 * Pure data.
 */

/** A JSON Schema, or a reference to one of `ADMIN_SCHEMAS`. */
export interface Schema {
  [keyword: string]: unknown
}

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })
const words = (items: Schema, maxItems: number, description: string): Schema => ({
  type: 'array',
  items,
  maxItems,
  description,
})
const text = (description: string): Schema => ({ type: 'string', description })
const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description })
const moment = (description: string): Schema => ({ type: 'string', format: 'date-time', description })

/** An object with exactly these fields; all are required but for `optional`. */
function record(description: string, properties: Record<string, Schema>, optional: string[] = []): Schema {
  const required = Object.keys(properties).filter(name => !optional.includes(name))
  return { type: 'object', description, properties, required, additionalProperties: false }
}

/** An object in which no field is required; `required` names those that are. */
function input(description: string, properties: Record<string, Schema>, required: string[] = []): Schema {
  return {
    type: 'object',
    description,
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
}

const list = (of: string): Schema =>
  record('One page of a list.', {
    result: { type: 'array', items: ref(of) },
    next_cursor: orNull(text('Pass it on unchanged for the next page; null: there is none.')),
    result_count: count('Entries on this page.'),
  })

const id: Schema = { type: 'string', pattern: '^[a-z0-9]{16}$' }
const accountId: Schema = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,62}$' }
const word: Schema = { type: 'string', minLength: 1, maxLength: 100 }
const name: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 100,
  description: 'What people call it. Not blank, no control characters.',
  allOf: [
    { pattern: '\\S' },
    { pattern: '^[^\\p{Cc}\\p{Cs}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$' },
  ],
}
const printable = (maxLength: number, description: string): Schema => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: '^\\s*[\\x21-\\x7e]+\\s*$',
  description,
})
const expiry: Schema = {
  ...orNull(moment('')),
  description: 'From this moment on it is refused; at least 60 seconds ahead. null: never.',
}
const exposure: Schema = { type: 'string', enum: ['all', 'essentials', 'discovery'] }
const methods = words(word, 200, 'read, write, custom or exact tool names; empty: every tool.')
const tags = words(
  word,
  50,
  'A tool passes with at least one of them: tags of the catalog, groups of the account; empty: every tool.',
)
const config = {
  methods,
  tags,
  tool_exposure: {
    ...exposure,
    description: 'What the tool list shows; the filter alone decides what may be called.',
  },
  require_api_token_auth: {
    type: 'boolean',
    description: 'The client must also send an API token with the scope connect.',
  },
}
const scopes: Schema = {
  type: 'array',
  items: { type: 'string', enum: ['connect', 'admin'] },
  minItems: 1,
  description: 'connect: beside a connector URL that asks for it. admin: this API.',
}
const connectorFields = {
  id,
  name,
  account_id: accountId,
  config: record('What the connector may do.', config),
  disabled: { type: 'boolean' },
  expires_at: expiry,
  created_by: text('Who made it.'),
  created_at: moment('When it was made.'),
  updated_at: moment('When an administrator last changed it.'),
  last_used_at: orNull(moment('To the minute; null: not used yet.')),
  revoked_at: orNull(moment('Set once, never cleared.')),
}
const apiTokenFields = {
  id,
  name,
  scopes,
  expires_at: expiry,
  created_by: text('Who made it.'),
  created_at: moment('When it was made.'),
  last_used_at: orNull(moment('To the minute; null: not used yet.')),
  revoked_at: orNull(moment('Set once, never cleared.')),
}
const groupFields = {
  tools: words(word, 200, 'Exact tool names.'),
  tags: words(word, 50, 'Tags of the catalog.'),
}
const check: Schema = {
  anyOf: [
    record('It works.', { state: { const: 'ok' } }),
    record('It does not.', { state: { const: 'failed' }, message: text('The name of the error.') }),
    record('It is not wanted here.', { state: { const: 'off' } }),
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
  ConnectorWithToken: record('A connector, and what is shown this once.', {
    ...connectorFields,
    token: { type: 'string', pattern: '^gmcp_[a-z0-9]{16}_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}$' },
    url: { type: 'string', format: 'uri', description: 'What goes into the client. It is a password.' },
  }),
  ConnectorCreation: input(
    'A new connector. What is left out takes the careful default.',
    { name, config: input('What it may do.', config), expires_at: expiry },
    ['name'],
  ),
  ConnectorChange: {
    ...input('Only what is named changes; config merges field by field.', {
      name,
      config: input('The fields of the config to change.', config),
      expires_at: expiry,
      disabled: { type: 'boolean' },
    }),
    minProperties: 1,
  },
  Rotation: input('How the old URL ends.', {
    grace_seconds: {
      type: 'integer',
      minimum: 0,
      maximum: 86_400,
      description: 'For so long the old secret is still accepted; left out: 0.',
    },
  }),
  ConnectorList: list('Connector'),
  Call: record('One tool call; never its arguments or its result.', {
    at: text('When it ended: RFC 3339 with milliseconds.'),
    connector_id: text('Over which connector.'),
    tool: text('Name of the tool.'),
    outcome: text('ok, or the code of the error.'),
    duration_ms: count('How long it took.'),
    upstream_calls: count('Requests to Gumloop.'),
    upstream_status: orNull({ type: 'integer', description: "HTTP status of Gumloop's last answer." }),
    upstream_ms: count('Of that, time spent waiting for Gumloop.'),
    argument_characters: count('Length of the arguments, as JSON.'),
    result_characters: count('Length of the text that the model got.'),
    client: orNull(text('What the client says of itself.')),
    request_id: text('Also in the log.'),
  }),
  CallList: list('Call'),
  Account: record('One set of Gumloop credentials; never the credentials.', {
    id: accountId,
    state: {
      type: 'string',
      enum: ['ready', 'needs_reauth'],
      description: 'needs_reauth: Gumloop refused the key.',
    },
    refused_at: orNull(moment('When Gumloop last refused the key.')),
    created_by: text('Who made it.'),
    created_at: moment('When it was made.'),
    updated_at: moment('When the credentials were last put.'),
  }),
  AccountList: list('Account'),
  Credentials: input(
    "An account's Gumloop credentials.",
    {
      api_key: printable(4_096, 'The Gumloop API key.'),
      user_id: printable(200, "Gumloop's id of the key's owner; a personal key needs it."),
      team_id: printable(200, 'The team that a team key belongs to.'),
    },
    ['api_key'],
  ),
  ToolGroup: record('A word of the account for some tools, used as a tag.', {
    account_id: accountId,
    name: accountId,
    ...groupFields,
    created_by: text('Who made it.'),
    created_at: moment('When it was made.'),
    updated_at: moment('When it was last changed.'),
  }),
  ToolGroupList: list('ToolGroup'),
  ToolGroupDefinition: {
    ...input(
      'A tool is in the group when it is named, or has one of the tags. At least one of either.',
      groupFields,
    ),
    anyOf: [
      { properties: { tools: { minItems: 1 } }, required: ['tools'] },
      { properties: { tags: { minItems: 1 } }, required: ['tags'] },
    ],
  },
  ApiToken: record(
    'A token for this API, or for connectors that ask for more than their URL.',
    apiTokenFields,
  ),
  ApiTokenWithToken: record('An API token, and what is shown this once.', {
    ...apiTokenFields,
    token: { type: 'string', pattern: '^gapi_[a-z0-9]{16}_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}$' },
  }),
  ApiTokenCreation: input('A new API token.', { name, scopes, expires_at: expiry }, ['name', 'scopes']),
  ApiTokenList: list('ApiToken'),
  AuditEntry: record('Who did what.', {
    at: text('RFC 3339 with milliseconds.'),
    actor: text('api-token:ID, local-server, or what the caller behind IAM says of themselves.'),
    action: text('connector.create and the like.'),
    account_id: orNull(accountId),
    target: text('Id of the connector, account or API token; name of the group.'),
    detail: { type: 'object', description: 'What was asked for; never a secret.' },
    outcome: { type: 'string', enum: ['begun', 'done', 'failed'] },
    error: orNull(text('Code of the error, when failed.')),
  }),
  AuditEntryList: list('AuditEntry'),
  CatalogEntry: record('A tool.', {
    name: text('As methods and tools name it.'),
    title: text('For people.'),
    method_group: { type: 'string', enum: ['read', 'write', 'custom'] },
    tags: { type: 'array', items: { type: 'string' } },
    essential: { type: 'boolean', description: 'Listed by the exposure essentials.' },
    discovery: { type: 'boolean', description: 'One of the three that find and call the others.' },
    tokens: count('What its definition adds to a tool list (o200k_base).'),
  }),
  Catalog: record('What connectors can choose from.', {
    methods: { type: 'array', items: { type: 'string' } },
    tags: { type: 'array', items: { type: 'string' } },
    tools: { type: 'array', items: ref('CatalogEntry') },
  }),
  Deployment: record('How the deployment stands.', {
    version: text('Of this product.'),
    now: moment("The server's clock, by which expiry is measured."),
    node: text('Version of Node.'),
    checks: record('What was asked, and how it went.', { table: check, call_log: check, long_runs: check }),
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
