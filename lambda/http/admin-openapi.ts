/**
 * The description of the administration's HTTP API (OpenAPI 3.1), served at `/openapi.json`. Pure data; a test holds it
 * to the app.
 */
import { PRODUCT_VERSION } from '../shared/version.ts'
import { ADMIN_SCHEMAS, ref, type Schema } from './admin-openapi-schemas.ts'

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description: string
  schema: Schema
}

interface Operation {
  operationId: string
  summary: string
  parameters?: Parameter[]
  requestBody?: object
  responses: Record<string, object>
  security?: object[]
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string; description: string }
  security: object[]
  paths: Record<string, Partial<Record<Method, Operation>>>
  components: { schemas: Record<string, Schema>; securitySchemes: object }
}

const inPath = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', minLength: 1 },
})
const inQuery = (name: string, schema: Schema, description: string): Parameter => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
})

const ACCOUNT = inPath('account_id', 'The account.')
const CONNECTOR = [ACCOUNT, inPath('id', 'The connector.')]
const GROUP = [ACCOUNT, inPath('name', 'The group.')]
const PAGE = [
  inQuery('limit', { type: 'integer', minimum: 1, maximum: 100, default: 50 }, 'Entries on a page.'),
  inQuery('next_cursor', { type: 'string' }, 'What the page before gave.'),
]
const SINCE = inQuery(
  'since',
  { type: 'string', format: 'date-time' },
  'Calls from then on; left out: of the last day.',
)
const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag of what the change was made from: if it is another by now, the answer is 409.',
  schema: { type: 'string' },
}
const ETAG = { ETag: { description: 'The version, for If-Match.', schema: { type: 'string' } } }

const json = (schema: Schema) => ({ 'application/json': { schema } })

/** Errors that any operation with a token may answer; the gateway adds 429 and 5xx in the same shape. */
const ERRORS: Record<string, string> = {
  400: 'The input is wrong; `errors` says where.',
  401: 'No valid administrator token.',
  403: 'Not possible on this server.',
  404: 'There is no such thing.',
  409: 'It changed meanwhile, or something is in the way.',
  413: 'The body is too large.',
  500: 'An error of ours.',
}

interface Described {
  summary: string
  parameters?: Parameter[]
  body?: string
  /** True: an empty body will do. */
  bodyIsOptional?: boolean
  answer: string
  status?: '200' | '201'
  versioned?: boolean
}

function operation(operationId: string, described: Described): Operation {
  const { summary, parameters = [], body, answer, status = '200', versioned = false } = described
  const success = {
    description: 'It worked.',
    ...(versioned && { headers: ETAG }),
    content: json(ref(answer)),
  }
  const errors = Object.entries(ERRORS).map(([code, description]) => [
    code,
    { description, content: json(ref('Error')) },
  ])
  return {
    operationId,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: described.bodyIsOptional !== true, content: json(ref(body)) },
    }),
    responses: { [status]: success, ...Object.fromEntries(errors) },
  }
}

const PATHS: OpenApiDocument['paths'] = {
  '/integrated-account/{account_id}/mcp': {
    get: operation('listConnectors', {
      summary: 'Connectors of an account, newest first.',
      parameters: [ACCOUNT, ...PAGE],
      answer: 'ConnectorList',
    }),
    post: operation('createConnector', {
      summary: 'Make a connector; its URL is shown this once.',
      parameters: [ACCOUNT],
      body: 'ConnectorCreation',
      answer: 'ConnectorWithToken',
      status: '201',
    }),
  },
  '/integrated-account/{account_id}/mcp/{id}': {
    get: operation('getConnector', {
      summary: 'One connector.',
      parameters: CONNECTOR,
      answer: 'Connector',
      versioned: true,
    }),
    patch: operation('updateConnector', {
      summary: 'Change a connector.',
      parameters: [...CONNECTOR, IF_MATCH],
      body: 'ConnectorChange',
      answer: 'Connector',
      versioned: true,
    }),
    delete: operation('revokeConnector', {
      summary: 'Revoke a connector, at once and for good; its record stays.',
      parameters: CONNECTOR,
      answer: 'Connector',
    }),
  },
  '/integrated-account/{account_id}/mcp/{id}/rotate': {
    post: operation('rotateConnector', {
      summary: 'Give it a new URL, shown this once.',
      parameters: CONNECTOR,
      body: 'Rotation',
      bodyIsOptional: true,
      answer: 'ConnectorWithToken',
    }),
  },
  '/integrated-account/{account_id}/mcp/{id}/calls': {
    get: operation('listConnectorCalls', {
      summary: 'Recent tool calls over a connector, newest first, from the log.',
      parameters: [...CONNECTOR, SINCE, ...PAGE],
      answer: 'CallList',
    }),
  },
  '/integrated-account/{account_id}/calls': {
    get: operation('listAccountCalls', {
      summary: 'Recent tool calls over all connectors of an account, newest first, from the log.',
      parameters: [ACCOUNT, SINCE, ...PAGE],
      answer: 'CallList',
    }),
  },
  '/accounts': {
    get: operation('listAccounts', { summary: 'Accounts by name.', parameters: PAGE, answer: 'AccountList' }),
  },
  '/accounts/{account_id}': {
    get: operation('getAccount', { summary: 'One account.', parameters: [ACCOUNT], answer: 'Account' }),
    put: operation('putAccount', {
      summary: 'Make an account, or give it new credentials.',
      parameters: [ACCOUNT],
      body: 'Credentials',
      answer: 'Account',
    }),
    delete: operation('removeAccount', {
      summary: 'Remove an account and its key.',
      parameters: [
        ACCOUNT,
        inQuery(
          'revoke_connectors',
          { type: 'string', enum: ['true', 'false'], default: 'false' },
          'Revoke its connectors first; without, they keep it from going.',
        ),
      ],
      answer: 'Account',
    }),
  },
  '/accounts/{account_id}/tool-groups': {
    get: operation('listToolGroups', {
      summary: 'Groups of tools of an account, by name.',
      parameters: [ACCOUNT, ...PAGE],
      answer: 'ToolGroupList',
    }),
  },
  '/accounts/{account_id}/tool-groups/{name}': {
    get: operation('getToolGroup', {
      summary: 'One group of tools.',
      parameters: GROUP,
      answer: 'ToolGroup',
      versioned: true,
    }),
    put: operation('putToolGroup', {
      summary: 'Make a group, or change it and every connector that uses it.',
      parameters: [...GROUP, IF_MATCH],
      body: 'ToolGroupDefinition',
      answer: 'ToolGroup',
      versioned: true,
    }),
    delete: operation('removeToolGroup', {
      summary: 'Remove a group that no connector uses.',
      parameters: GROUP,
      answer: 'ToolGroup',
    }),
  },
  '/api-tokens': {
    get: operation('listApiTokens', {
      summary: 'API tokens, newest first.',
      parameters: PAGE,
      answer: 'ApiTokenList',
    }),
    post: operation('createApiToken', {
      summary: 'Make an API token; it is shown this once.',
      body: 'ApiTokenCreation',
      answer: 'ApiTokenWithToken',
      status: '201',
    }),
  },
  '/api-tokens/{id}': {
    delete: operation('revokeApiToken', {
      summary: 'Revoke an API token, at once and for good.',
      parameters: [inPath('id', 'The API token.')],
      answer: 'ApiToken',
    }),
  },
  '/audit': {
    get: operation('listAuditTrail', {
      summary: 'Who changed what, newest first.',
      parameters: [
        inQuery('account_id', { type: 'string' }, 'In this account; left out: the changes to API tokens.'),
        ...PAGE,
      ],
      answer: 'AuditEntryList',
    }),
  },
  '/catalog': {
    get: operation('getCatalog', { summary: 'Tools, tags and what they cost.', answer: 'Catalog' }),
  },
  '/deployment': {
    get: operation('getDeployment', { summary: 'How the deployment stands.', answer: 'Deployment' }),
  },
  '/openapi.json': {
    get: {
      operationId: 'getDescription',
      summary: 'This document; no token is needed.',
      responses: { 200: { description: 'It worked.', content: json({ type: 'object' }) } },
      security: [],
    },
  },
}

export const ADMIN_OPENAPI: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Administration of the Gumloop MCP server',
    version: PRODUCT_VERSION,
    description:
      'Who may connect: connectors, accounts, groups of tools, API tokens, the audit trail, recent calls. Validation errors come all at once.',
  },
  security: [{ administratorToken: [] }],
  paths: PATHS,
  components: {
    schemas: ADMIN_SCHEMAS,
    securitySchemes: {
      administratorToken: {
        type: 'http',
        scheme: 'bearer',
        description: 'An API token with the scope admin: gapi_…',
      },
    },
  },
}
