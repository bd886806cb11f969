/**
 * OpenAPI 3.1 description of the admin API, served at `/openapi.json`. Pure data; a test compares it
 * with the app.
 */
import { PRODUCT_VERSION } from '../shared/version.ts'
import {
  inPath,
  inQuery,
  json,
  type Operation,
  operation,
  type Parameter,
} from './admin-openapi-operation.ts'
import { ADMIN_SCHEMAS } from './admin-openapi-schemas.ts'
import type { Schema } from './admin-schema-parts.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string; description: string }
  security: object[]
  paths: Record<string, Partial<Record<Method, Operation>>>
  components: { schemas: Record<string, Schema>; securitySchemes: object }
}

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
  '/integrated-account/{account_id}/mcp/{id}/refresh': {
    post: operation('refreshConnector', {
      summary:
        'Offer the tools that the catalog has gained since the connector was made. With preview, only list them.',
      parameters: CONNECTOR,
      body: 'Refresh',
      bodyIsOptional: true,
      answer: 'ConnectorRefresh',
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
  '/revocations': {
    post: operation('revokeLeakedToken', {
      summary: 'Revoke the connector or API token that a leaked token belongs to.',
      body: 'LeakedToken',
      answer: 'RevokedToken',
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
