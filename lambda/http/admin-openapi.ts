/**
 * OpenAPI 3.1 description of the admin API, served at `/openapi.json`. Pure data; a test compares it
 * with the app.
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

const ACCOUNT = inPath('account_id', 'Account id.')
const CONNECTOR = [ACCOUNT, inPath('id', 'Connector id.')]
const GROUP = [ACCOUNT, inPath('name', 'Name of the tool group.')]
const PAGE = [
  inQuery(
    'limit',
    { type: 'integer', minimum: 1, maximum: 100, default: 50 },
    'Maximum number of entries on a page.',
  ),
  inQuery('next_cursor', { type: 'string' }, 'next_cursor of the previous page.'),
]
const SINCE = inQuery(
  'since',
  { type: 'string', format: 'date-time' },
  'Only calls since this time (default: the last 24 hours).',
)
const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'ETag of the version that the change is based on. If it is no longer current, the response is 409.',
  schema: { type: 'string' },
}
const ETAG = { ETag: { description: 'Current version, for If-Match.', schema: { type: 'string' } } }

const json = (schema: Schema) => ({ 'application/json': { schema } })

/** Error responses of every operation that needs a token; the gateway adds 429 and 5xx in the same shape. */
const ERRORS: Record<string, string> = {
  400: 'Invalid input: `errors` lists every validation error.',
  401: 'The administrator token is missing or invalid.',
  403: 'Not supported on this server.',
  404: 'Not found.',
  409: 'Conflict: it has changed meanwhile, or its current state does not allow the operation.',
  413: 'The request body is too large.',
  500: 'Internal error.',
}

interface Described {
  summary: string
  parameters?: Parameter[]
  body?: string
  /** True: the body may be empty. */
  bodyIsOptional?: boolean
  answer: string
  status?: '200' | '201'
  versioned?: boolean
}

function operation(operationId: string, described: Described): Operation {
  const { summary, parameters = [], body, answer, status = '200', versioned = false } = described
  const success = {
    description: 'Success.',
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
      summary: 'List the connectors of an account, newest first.',
      parameters: [ACCOUNT, ...PAGE],
      answer: 'ConnectorList',
    }),
    post: operation('createConnector', {
      summary: 'Create a connector. Only this response contains its URL.',
      parameters: [ACCOUNT],
      body: 'ConnectorCreation',
      answer: 'ConnectorWithToken',
      status: '201',
    }),
  },
  '/integrated-account/{account_id}/mcp/{id}': {
    get: operation('getConnector', {
      summary: 'Get a connector.',
      parameters: CONNECTOR,
      answer: 'Connector',
      versioned: true,
    }),
    patch: operation('updateConnector', {
      summary: 'Update a connector.',
      parameters: [...CONNECTOR, IF_MATCH],
      body: 'ConnectorChange',
      answer: 'Connector',
      versioned: true,
    }),
    delete: operation('revokeConnector', {
      summary: 'Revoke a connector immediately and permanently. Its record is kept for a year.',
      parameters: CONNECTOR,
      answer: 'Connector',
    }),
  },
  '/integrated-account/{account_id}/mcp/{id}/rotate': {
    post: operation('rotateConnector', {
      summary: 'Replace the URL of a connector. Only this response contains the new URL.',
      parameters: CONNECTOR,
      body: 'Rotation',
      bodyIsOptional: true,
      answer: 'ConnectorWithToken',
    }),
  },
  '/integrated-account/{account_id}/mcp/{id}/calls': {
    get: operation('listConnectorCalls', {
      summary: 'List recent tool calls through a connector, newest first, from the log.',
      parameters: [...CONNECTOR, SINCE, ...PAGE],
      answer: 'CallList',
    }),
  },
  '/integrated-account/{account_id}/calls': {
    get: operation('listAccountCalls', {
      summary: 'List recent tool calls through all connectors of an account, newest first, from the log.',
      parameters: [ACCOUNT, SINCE, ...PAGE],
      answer: 'CallList',
    }),
  },
  '/accounts': {
    get: operation('listAccounts', {
      summary: 'List accounts by name.',
      parameters: PAGE,
      answer: 'AccountList',
    }),
  },
  '/accounts/{account_id}': {
    get: operation('getAccount', { summary: 'Get an account.', parameters: [ACCOUNT], answer: 'Account' }),
    put: operation('putAccount', {
      summary: 'Create an account or replace its credentials.',
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
          'Revoke its connectors first. Otherwise connectors that are not revoked block the removal.',
        ),
      ],
      answer: 'Account',
    }),
  },
  '/accounts/{account_id}/tool-groups': {
    get: operation('listToolGroups', {
      summary: 'List the tool groups of an account by name.',
      parameters: [ACCOUNT, ...PAGE],
      answer: 'ToolGroupList',
    }),
  },
  '/accounts/{account_id}/tool-groups/{name}': {
    get: operation('getToolGroup', {
      summary: 'Get a tool group.',
      parameters: GROUP,
      answer: 'ToolGroup',
      versioned: true,
    }),
    put: operation('putToolGroup', {
      summary: 'Create a tool group, or change it together with every connector that uses it.',
      parameters: [...GROUP, IF_MATCH],
      body: 'ToolGroupDefinition',
      answer: 'ToolGroup',
      versioned: true,
    }),
    delete: operation('removeToolGroup', {
      summary: 'Remove a tool group that no connector uses.',
      parameters: GROUP,
      answer: 'ToolGroup',
    }),
  },
  '/api-tokens': {
    get: operation('listApiTokens', {
      summary: 'List API tokens, newest first.',
      parameters: PAGE,
      answer: 'ApiTokenList',
    }),
    post: operation('createApiToken', {
      summary: 'Create an API token. Only this response contains it.',
      body: 'ApiTokenCreation',
      answer: 'ApiTokenWithToken',
      status: '201',
    }),
  },
  '/api-tokens/{id}': {
    delete: operation('revokeApiToken', {
      summary: 'Revoke an API token immediately and permanently.',
      parameters: [inPath('id', 'API token id.')],
      answer: 'ApiToken',
    }),
  },
  '/audit': {
    get: operation('listAuditTrail', {
      summary: 'List the changes made by administrators, newest first.',
      parameters: [
        inQuery(
          'account_id',
          { type: 'string' },
          'Changes in this account (default: changes to API tokens).',
        ),
        ...PAGE,
      ],
      answer: 'AuditEntryList',
    }),
  },
  '/catalog': {
    get: operation('getCatalog', {
      summary: 'List tools with their tags and token counts.',
      answer: 'Catalog',
    }),
  },
  '/deployment': {
    get: operation('getDeployment', { summary: 'Get the state of the deployment.', answer: 'Deployment' }),
  },
  '/openapi.json': {
    get: {
      operationId: 'getDescription',
      summary: 'Get this document. No token is required.',
      responses: { 200: { description: 'Success.', content: json({ type: 'object' }) } },
      security: [],
    },
  },
}

export const ADMIN_OPENAPI: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Gumloop MCP server: admin API',
    version: PRODUCT_VERSION,
    description:
      'Manages who may connect: connectors, accounts, tool groups, API tokens, the audit trail and recent calls. A response lists every validation error of the input.',
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
